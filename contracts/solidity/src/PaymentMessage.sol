// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The one message that moves won, laid out in memory as it is hashed. The payer is not in it: the payer is
/// whom the signature yields.
/// @param prefix 0x1901 (EIP-191, EIP-712) in the last two bytes of the word, so that prefix, domain and fields lie
/// side by side
/// @param structHash what EIP-712 puts in the place of the fields: with prefix and domain before it a second time, what
/// a secp256k1 key signs lies side by side too
struct PaymentMessage {
    uint256 prefix;
    bytes32 domainSeparator;
    bytes32 typehash;
    address payee;
    uint256 amount;
    uint256 nonce;
    uint256 expires;
    uint256 prefixAgain;
    bytes32 domainSeparatorAgain;
    bytes32 structHash;
}

using PaymentMessages for PaymentMessage global;

/// @title The hashes of a payment that its payer signs, one a scheme
/// @notice One piece of memory serves a whole batch: its fields are overwritten payment by payment.
library PaymentMessages {
    /// @notice The EIP-712 type of a payment.
    bytes32 internal constant TYPEHASH =
        keccak256("Payment(address payee,uint256 amount,uint256 nonce,uint256 expires)");

    /// @notice A message in this domain whose other fields are still to be filled in.
    function inDomain(bytes32 domainSeparator) internal pure returns (PaymentMessage memory message) {
        message.prefix = 0x1901;
        message.domainSeparator = domainSeparator;
        message.typehash = TYPEHASH;
        message.prefixAgain = message.prefix;
        message.domainSeparatorAgain = domainSeparator;
    }

    /// @notice What a secp256k1 key signs: keccak256(0x1901 ‖ domain ‖ keccak256(typehash ‖ fields)), EIP-712.
    function eip712Digest(PaymentMessage memory self) internal pure returns (bytes32 digest) {
        // The fields lie in memory as they are hashed: abi.encode would copy them for each of two hashes.
        // slither-disable-next-line assembly
        assembly ("memory-safe") {
            let structHash := keccak256(add(self, 0x40), 0xa0) // typehash, payee, amount, nonce, expires
            mstore(add(self, 0x120), structHash)
            digest := keccak256(add(self, 0xfe), 0x42) // prefix, domain, structHash
        }
    }

    /// @notice What a P-256 key signs: SHA-256(0x1901 ‖ domain ‖ typehash ‖ fields). Not nested, so that a page can
    /// show and sign it with WebCrypto, which hashes with SHA-256 what it is given and knows no keccak.
    function sha256Hash(PaymentMessage memory self) internal view returns (bytes32 hash) {
        // As above.
        // slither-disable-next-line assembly
        assembly ("memory-safe") {
            // The precompile fails only for want of gas. A hash of zero must not come of it: for that one, anybody can
            // make a signature that fits a given key.
            if iszero(staticcall(gas(), 0x02, add(self, 0x1e), 0xc2, 0x00, 0x20)) { revert(0x00, 0x00) }
            hash := mload(0x00)
        }
    }
}
