// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {AccountWord, AccountWords, Kind} from "../src/AccountWord.sol";

/// @title The parts of an account's word don't touch each other
/// @notice Each function of AccountWord.sol against the same thing said of separate fields, with every part at the edges
/// of its bits.
contract AccountWordTest is Test {
    /// @dev A word's parts, one variable each.
    struct Parts {
        uint256 balance;
        uint256 kind;
        bool frozen;
        bool retired;
        uint256 highest;
        uint256 window;
    }

    uint256 private constant LARGEST_BALANCE = type(uint96).max;

    function test_a_word_is_read_as_it_was_put_together(uint256 seed) public pure {
        Parts memory parts = _parts(seed);

        _assertIs(_word(parts), parts);
    }

    function test_credit_changes_the_balance_alone_up_to_96_bits(uint256 seed, uint256 amount) public pure {
        Parts memory parts = _parts(seed);
        amount = _edge(amount) % (LARGEST_BALANCE - parts.balance + 1);

        AccountWord word = _word(parts).credited(amount);

        parts.balance += amount;
        _assertIs(word, parts);
    }

    function test_debit_changes_the_balance_alone_down_to_zero(uint256 seed, uint256 amount) public pure {
        Parts memory parts = _parts(seed);
        amount = _edge(amount) % (parts.balance + 1);

        AccountWord word = _word(parts).debited(amount);

        parts.balance -= amount;
        _assertIs(word, parts);
    }

    function test_all_that_can_be_there_comes_and_goes_in_one_step(uint256 seed) public pure {
        Parts memory parts = _parts(seed);
        parts.balance = 0;

        AccountWord full = _word(parts).credited(LARGEST_BALANCE);
        AccountWord empty = full.debited(LARGEST_BALANCE);

        _assertIs(empty, parts);
        parts.balance = LARGEST_BALANCE;
        _assertIs(full, parts);
    }

    function test_freezing_changes_its_bit_alone(uint256 seed, bool frozen) public pure {
        Parts memory parts = _parts(seed);

        AccountWord word = _word(parts).withFrozen(frozen);

        parts.frozen = frozen;
        _assertIs(word, parts);
    }

    function test_a_retired_word_is_frozen_and_empty_and_keeps_kind_and_nonces(uint256 seed) public pure {
        Parts memory parts = _parts(seed);

        AccountWord word = _word(parts).retired();

        (parts.balance, parts.frozen, parts.retired) = (0, true, true);
        _assertIs(word, parts);
    }

    function test_a_nonce_changes_highest_and_window_alone(uint256 seed, uint256 step, bool down) public pure {
        Parts memory parts = _parts(seed);
        step = _edge(step);
        uint256 nonce = down ? parts.highest - step % (parts.highest + 1) : parts.highest + step;
        if (nonce > type(uint64).max) nonce = type(uint64).max;

        (bool good, AccountWord word) = _word(parts).withNonceUsed(nonce);

        assertEq(good, _use(parts, nonce));
        _assertIs(word, parts);
    }

    function test_a_fresh_word_is_its_kind_and_nothing_else(uint8 kind) public pure {
        kind %= 4;
        Parts memory parts;
        parts.kind = kind;

        _assertIs(AccountWords.fresh(Kind(kind)), parts);
        assertEq(AccountWords.fresh(Kind(kind)).isBlank(), kind == 0);
    }

    function test_a_reserved_word_is_neither_blank_nor_an_account() public pure {
        AccountWord word = AccountWords.reserved();

        assertFalse(word.isBlank());
        assertFalse(word.isRegistered());
        assertFalse(word.isFrozen());
        assertFalse(word.isRetired());
        assertEq(word.balance(), 0);
        assertEq(word.highestNonce(), 0);
        assertEq(word.nonceWindow(), 0);
    }

    /// @dev RFC 4303 on a list of 64 booleans, from the highest nonce down.
    function _use(Parts memory parts, uint256 nonce) private pure returns (bool) {
        bool[64] memory used;
        for (uint256 age = 0; age < 64; ++age) {
            used[age] = parts.window / 2 ** age % 2 == 1;
        }
        if (nonce <= parts.highest) {
            uint256 age = parts.highest - nonce;
            if (age >= 64 || used[age]) return false;
            used[age] = true;
        } else {
            uint256 step = nonce - parts.highest;
            bool[64] memory moved;
            for (uint256 age = step; age < 64; ++age) {
                moved[age] = used[age - step];
            }
            moved[0] = true;
            used = moved;
            parts.highest = nonce;
        }
        parts.window = 0;
        for (uint256 age = 0; age < 64; ++age) {
            if (used[age]) parts.window += 2 ** age;
        }
        return true;
    }

    function _assertIs(AccountWord word, Parts memory parts) private pure {
        assertEq(word.balance(), parts.balance);
        assertEq(word.kindNumber(), parts.kind);
        assertEq(uint256(word.kind()), parts.kind);
        assertEq(word.isRegistered(), parts.kind != 0);
        assertEq(word.isFrozen(), parts.frozen);
        assertEq(word.isRetired(), parts.retired);
        assertEq(word.highestNonce(), parts.highest);
        assertEq(word.nonceWindow(), parts.window);
        assertEq(AccountWord.unwrap(word), AccountWord.unwrap(_word(parts)), "no bit beside the parts");
    }

    /// @dev By the list at the head of AccountWord.sol, in arithmetic of its own.
    function _word(Parts memory parts) private pure returns (AccountWord) {
        uint256 flags = (parts.frozen ? 4 : 0) + (parts.retired ? 8 : 0);
        return AccountWord.wrap(
            parts.balance + 2 ** 96 * (parts.kind + flags) + 2 ** 128 * parts.highest + 2 ** 192 * parts.window
        );
    }

    function _parts(uint256 seed) private pure returns (Parts memory parts) {
        parts.balance = _edge(seed) % (LARGEST_BALANCE + 1);
        parts.kind = uint8(seed >> 8) % 4;
        parts.frozen = (seed >> 16) & 1 == 1;
        parts.retired = (seed >> 17) & 1 == 1;
        parts.highest = uint64(_edge(uint256(keccak256(abi.encode(seed, "highest")))));
        parts.window = uint64(_edge(uint256(keccak256(abi.encode(seed, "window")))));
    }

    /// @dev Half the time a number next to a power of two at which something begins or ends, else any number.
    function _edge(uint256 seed) private pure returns (uint256) {
        uint8[8] memory exponents = [0, 6, 40, 48, 63, 64, 95, 96];
        if (seed & 1 == 0) return uint256(keccak256(abi.encode(seed))) >> (uint8(seed >> 24) % 250);
        return 2 ** uint256(exponents[uint8(seed >> 32) % 8]) + uint8(seed >> 40) % 3 - 1;
    }
}
