// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A payment as the reference takes it: signed by whom, and whether the signature is good.
struct PlainPayment {
    address payer;
    bool signatureGood;
    address payee;
    uint256 amount;
    uint256 nonce;
    uint256 expires;
}

/// @title The rules of `settle` in their plainest form: one payment after the other, one mapping a fact
/// @notice Nothing is packed, nothing is put off to the end of a group; what the contract does must come to the same.
contract ReferenceBooks {
    mapping(address account => uint256) public balance;
    mapping(address account => uint256) public kind;
    mapping(address account => bool) public frozen;
    mapping(address account => uint256) public highestNonce;
    mapping(address account => mapping(uint256 nonce => bool)) public used;

    uint256 private immutable _kindsAllowed;

    constructor(uint256 kindsAllowed) {
        _kindsAllowed = kindsAllowed;
    }

    function enter(address account, uint256 kind_, uint256 balance_) external {
        kind[account] = kind_;
        balance[account] = balance_;
    }

    function setFrozen(address account, bool frozen_) external {
        frozen[account] = frozen_;
    }

    /// @notice `to` takes the place of `from`, which is frozen for good. An address that is only kept for a recovery is
    /// not entered here at all: it is nobody.
    function recover(address from, address to) external {
        kind[to] = kind[from];
        frozen[from] = true;
        sweep(from, to);
    }

    function sweep(address from, address to) public {
        uint256 amount = balance[from];
        balance[from] = 0;
        balance[to] += amount;
    }

    /// @return reason 0 where it settles
    function pay(PlainPayment calldata p) external returns (uint8 reason) {
        if (!p.signatureGood) return 1;
        if (kind[p.payer] == 0) return 2;
        uint256 highest = highestNonce[p.payer];
        if (used[p.payer][p.nonce] || p.nonce + 64 <= highest) return 3;
        used[p.payer][p.nonce] = true;
        if (p.nonce > highest) highestNonce[p.payer] = p.nonce;
        if (p.expires < block.timestamp) return 4;
        if (frozen[p.payer]) return 5;
        if (kind[p.payee] == 0) return 6;
        if ((_kindsAllowed / 2 ** (kind[p.payer] * 4 + kind[p.payee])) % 2 == 0) return 6;
        if (p.payer == p.payee) return 7;
        if (p.amount == 0) return 8;
        if (p.amount > balance[p.payer]) return 9;
        balance[p.payer] -= p.amount;
        balance[p.payee] += p.amount;
        return 0;
    }
}
