// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {ICityToken} from "./ICityToken.sol";
import {Signatures} from "./Signatures.sol";

/// @title Whose signature is under an act, in either scheme
/// @notice Everything but a payment is signed over a struct of EIP-712: with secp256k1 over its digest, or with P-256
/// over SHA-256(0x1901 ‖ domain ‖ typehash ‖ fields), the same fields in the same order. Payments have a form of their
/// own (PaymentMessage.sol), because there each gas counts.
abstract contract SignedActs is ICityToken, EIP712 {
    /// @dev Revert when the last second in which this may be sent is over.
    function _inTime(uint256 deadline) internal view {
        // Seconds more or less: a deadline is of hours.
        // slither-disable-next-line timestamp
        if (block.timestamp > deadline) revert DeadlinePassed(deadline);
    }

    /// @dev Who signed `fields` (a typehash and the encoded values): 64 bytes of signature are secp256k1 (EIP-2098),
    /// 128 are P-256 (r, s, x, y). Zero for a secp256k1 signature that yields nobody: the caller compares with whom it
    /// expects, who is never zero.
    function _signer(bytes memory fields, bytes calldata signature) internal view returns (address signer) {
        if (signature.length == 0) revert SignatureMissing();
        if (signature.length == 64) {
            (bytes32 compactR, uint256 yParityAndS) = abi.decode(signature, (bytes32, uint256));
            return Signatures.secp256k1Signer(_hashTypedDataV4(keccak256(fields)), compactR, yParityAndS);
        }
        if (signature.length != 128) revert SignatureMalformed();
        (bytes32 r, bytes32 s, bytes32 x, bytes32 y) = abi.decode(signature, (bytes32, bytes32, bytes32, bytes32));
        signer = Signatures.p256Signer(sha256(abi.encodePacked(hex"1901", _domainSeparatorV4(), fields)), r, s, x, y);
        if (signer == address(0)) revert SignatureInvalidP256();
    }
}
