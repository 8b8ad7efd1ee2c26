// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

/// @title The two signature schemes, each reduced to one question: whose signature is this?
/// @notice Both take the low s only, so that a signature has one form, and both answer the zero address where there
/// is no valid signature. The zero address is never registered and never an official. Nobody can have a good signature
/// refused by sending too little gas: a precompile starved of its gas leaves a 64th, too little to write the refusal.
library Signatures {
    /// @dev Half the order of secp256k1 (SEC 2, 2.4.1), rounded down: the highest s that is low.
    uint256 private constant SECP256K1_HIGHEST_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @dev The order of P-256 (SEC 2, 2.4.2), halved and rounded down.
    uint256 private constant P256_HIGHEST_S = P256.N / 2;

    /// @dev EIP-7951: 160 bytes in (hash, r, s, x, y); 32 bytes out with the value 1, or nothing.
    uint256 private constant P256VERIFY = 0x100;

    /// @notice The signer of a compact secp256k1 signature (EIP-2098), or zero.
    /// @param yParityAndS s, with the parity of R's y in its top bit
    function secp256k1Signer(bytes32 digest, bytes32 r, uint256 yParityAndS) internal view returns (address signer) {
        uint256 s = yParityAndS & uint256(type(int256).max);
        if (s > SECP256K1_HIGHEST_S) return address(0);
        // slither-disable-next-line assembly
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, digest)
            mstore(add(input, 0x20), add(27, shr(255, yParityAndS)))
            mstore(add(input, 0x40), r)
            mstore(add(input, 0x60), s)
            mstore(0x00, 0)
            pop(staticcall(gas(), 0x01, input, 0x80, 0x00, 0x20))
            signer := mload(0x00)
        }
    }

    /// @notice The address of the P-256 key (x, y) if it made the signature (r, s) over `hash`, or zero. Zero too on a
    /// chain without P256VERIFY: there, nobody pays with a device's key.
    function p256Signer(bytes32 hash, bytes32 r, bytes32 s, bytes32 x, bytes32 y) internal view returns (address) {
        if (uint256(s) > P256_HIGHEST_S) return address(0);
        bool valid;
        address signer;
        // Written by hand so that a batch of hundreds needs no new memory for each: it all lies beyond the free
        // memory pointer, which is left where it is.
        // slither-disable-next-line assembly
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, hash)
            mstore(add(input, 0x20), r)
            mstore(add(input, 0x40), s)
            mstore(add(input, 0x60), x)
            mstore(add(input, 0x80), y)
            mstore(0x00, 0) // an invalid signature is answered with no bytes, which would leave here what was here
            pop(staticcall(gas(), P256VERIFY, input, 0xa0, 0x00, 0x20))
            valid := eq(mload(0x00), 1)
            signer := and(keccak256(add(input, 0x60), 0x40), 0xffffffffffffffffffffffffffffffffffffffff)
        }
        return valid ? signer : address(0);
    }
}
