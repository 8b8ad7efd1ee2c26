// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {PaymentMessage} from "./PaymentMessage.sol";
import {Signatures} from "./Signatures.sol";

/// @title How a batch of signed payments is packed into calldata, and how it is read
/// @notice A batch is one group or more, without anything between or after them. A group is a header – payee 20 bytes,
/// scheme 1, count 2 – and `count` records of the scheme's length. Numbers are big endian.
///
///     scheme 0, secp256k1, 80 bytes:  r 32, yParityAndS 32, amount 6, nonce 5, expires 5
///     scheme 1, P-256, 144 bytes:     r 32, s 32, amount 6, nonce 5, expires 5, x 32, y 32
library PaymentBatch {
    uint256 private constant HEADER_BYTES = 23;
    uint256 private constant SECP256K1_SCHEME = 0;
    uint256 private constant SECP256K1_RECORD_BYTES = 80;
    uint256 private constant P256_SCHEME = 1;
    uint256 private constant P256_RECORD_BYTES = 144;

    /// @notice The group that begins at this byte can't be read: cut off, of an unknown scheme, or empty.
    error MalformedBatch(uint256 offset);

    /// @dev Read the group's header and see that all its records are there; from here on they are read unchecked.
    function readHeader(bytes calldata payments, uint256 offset)
        internal
        pure
        returns (address payee, uint256 scheme, uint256 position, uint256 end)
    {
        unchecked {
            // offset <= payments.length: it is 0, or the end of a group that was found to be whole. The other terms
            // are small: a group has at most 65,535 records of 144 bytes.
            if (payments.length - offset < HEADER_BYTES) revert MalformedBatch(offset);
            uint256 header = _wordAt(payments, offset);
            payee = address(uint160(header >> 96));
            scheme = uint8(header >> 88);
            uint256 count = uint16(header >> 72);
            if (scheme > P256_SCHEME || count == 0) revert MalformedBatch(offset);
            position = offset + HEADER_BYTES;
            end = position + count * (scheme == SECP256K1_SCHEME ? SECP256K1_RECORD_BYTES : P256_RECORD_BYTES);
            if (end > payments.length) revert MalformedBatch(offset);
        }
    }

    /// @dev Read the record at `position` into the message; return who signed it (zero for nobody) and where it ends.
    function readRecord(PaymentMessage memory message, bytes calldata payments, uint256 position, uint256 scheme)
        internal
        view
        returns (address payer, uint256 end)
    {
        unchecked {
            // The record lies within calldata (readHeader), so no sum of its offsets wraps.
            bytes32 r = bytes32(_wordAt(payments, position));
            uint256 s = _wordAt(payments, position + 32);
            uint256 terms = _wordAt(payments, position + 64);
            message.amount = terms >> 208;
            message.nonce = uint40(terms >> 168);
            message.expires = uint40(terms >> 128);
            if (scheme == SECP256K1_SCHEME) {
                payer = Signatures.secp256k1Signer(message.eip712Digest(), r, s);
                return (payer, position + SECP256K1_RECORD_BYTES);
            }
            bytes32 x = bytes32(_wordAt(payments, position + 80));
            bytes32 y = bytes32(_wordAt(payments, position + 112));
            payer = Signatures.p256Signer(message.sha256Hash(), r, bytes32(s), x, y);
            return (payer, position + P256_RECORD_BYTES);
        }
    }

    /// @dev The 32 bytes at `offset`, unchecked: past the end they are zero or belong to what follows in calldata.
    function _wordAt(bytes calldata data, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(data.offset, offset))
        }
    }
}
