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
    uint256 internal constant SECP256K1_SCHEME = 0;

    uint256 private constant HEADER_BYTES = 23;
    uint256 private constant SECP256K1_RECORD_BYTES = 80;
    uint256 private constant P256_SCHEME = 1;
    uint256 private constant P256_RECORD_BYTES = 144;

    /// @notice A group can't be read that begins at this byte of the batch: cut off, of an unknown scheme, or empty.
    error MalformedBatch(uint256 offset);

    /// @dev Where the batch lies in calldata. All places from here on are calldata's own.
    function placesOf(bytes calldata payments) internal pure returns (uint256 begin, uint256 end) {
        // Solidity has no other name for a place in calldata.
        // slither-disable-next-line assembly
        assembly ("memory-safe") {
            begin := payments.offset
            end := add(begin, payments.length)
        }
    }

    /// @dev Read the header of the group at `position` and see that all its records are there; from here on they are
    /// read unchecked.
    /// @param batchBegin, batchEnd the batch that the group is a part of
    /// @return payee whom the group pays
    /// @return scheme in which its records are signed
    /// @return begin of the first record
    /// @return end of the last one
    function readHeader(uint256 position, uint256 batchBegin, uint256 batchEnd)
        internal
        pure
        returns (address payee, uint256 scheme, uint256 begin, uint256 end)
    {
        unchecked {
            // A batch lies in calldata, so its places are small numbers; a group has at most 65,535 records.
            uint256 header = _wordAt(position);
            payee = address(uint160(header >> 96));
            scheme = uint8(header >> 88);
            uint256 count = uint16(header >> 72);
            begin = position + HEADER_BYTES;
            end = begin + count * recordBytes(scheme);
            // With a count of 0 or more, the end of the records is not before that of the header.
            if (end > batchEnd || scheme > P256_SCHEME || count == 0) revert MalformedBatch(position - batchBegin);
        }
    }

    /// @dev How many bytes a record of this scheme has.
    function recordBytes(uint256 scheme) internal pure returns (uint256) {
        unchecked {
            // A scheme has one byte.
            return SECP256K1_RECORD_BYTES + scheme * (P256_RECORD_BYTES - SECP256K1_RECORD_BYTES);
        }
    }

    /// @dev Read the record at `position` into the message; return who signed it, zero for nobody.
    function readRecord(PaymentMessage memory message, uint256 position, uint256 scheme)
        internal
        view
        returns (address payer)
    {
        unchecked {
            // The record lies within calldata (readHeader), so no sum of its places wraps.
            bytes32 r = bytes32(_wordAt(position));
            uint256 s = _wordAt(position + 32);
            uint256 terms = _wordAt(position + 64);
            message.amount = terms >> 208;
            message.nonce = uint40(terms >> 168);
            message.expires = uint40(terms >> 128);
            if (scheme == SECP256K1_SCHEME) return Signatures.secp256k1Signer(message.eip712Digest(), r, s);
            bytes32 x = bytes32(_wordAt(position + 80));
            bytes32 y = bytes32(_wordAt(position + 112));
            return Signatures.p256Signer(message.sha256Hash(), r, bytes32(s), x, y);
        }
    }

    /// @dev The 32 bytes of calldata at `position`, unchecked: past the end they are zero.
    function _wordAt(uint256 position) private pure returns (uint256 word) {
        // Solidity would check a bound that readHeader has checked.
        // slither-disable-next-line assembly
        assembly ("memory-safe") {
            word := calldataload(position)
        }
    }
}
