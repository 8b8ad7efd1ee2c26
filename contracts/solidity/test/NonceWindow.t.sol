// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountWord, AccountWords, Kind} from "../src/AccountWord.sol";
import {CityTokenTest} from "./CityTokenTest.sol";

/// @title A nonce is good above the highest, or less than 64 below it and unused (RFC 4303)
contract NonceWindowTest is CityTokenTest {
    uint256 private constant HIGHEST = 1_000;

    mapping(uint256 nonce => bool) private _used;

    function test_takes_a_nonce_63_below_the_highest_once() public {
        _pay(HIGHEST, SETTLED);

        _pay(HIGHEST - 63, SETTLED);
        _pay(HIGHEST - 63, NONCE_USED);
    }

    function test_refuses_nonces_64_and_65_below_the_highest() public {
        _pay(HIGHEST, SETTLED);

        _pay(HIGHEST - 64, NONCE_USED);
        _pay(HIGHEST - 65, NONCE_USED);
    }

    function test_remembers_the_old_highest_after_a_step_of_63_and_forgets_nothing_by_64() public {
        _pay(HIGHEST, SETTLED);
        _pay(HIGHEST + 63, SETTLED);
        _pay(HIGHEST, NONCE_USED);

        _pay(HIGHEST + 64, SETTLED);
        _pay(HIGHEST, NONCE_USED);
        _pay(HIGHEST + 1, SETTLED);
    }

    function test_a_step_of_64_or_more_clears_the_window_and_keeps_the_past_refused(uint40 step) public {
        step = uint40(bound(step, 64, type(uint40).max - HIGHEST));
        _pay(HIGHEST, SETTLED);

        _pay(HIGHEST + step, SETTLED);

        (,,, uint64 highestNonce, uint64 window) = token.accountOf(resident.account);
        assertEq(highestNonce, HIGHEST + step);
        assertEq(window, 1);
        _pay(HIGHEST, NONCE_USED);
    }

    function test_nonce_zero_is_good_once_on_a_new_account() public {
        _pay(0, SETTLED);
        _pay(0, NONCE_USED);
        _pay(1, SETTLED);
        _pay(0, NONCE_USED);
    }

    function test_the_nonces_of_two_payers_are_apart() public {
        _pay(HIGHEST, SETTLED);

        assertEq(settleOne(payment(deviceResident, shop.account, 1, HIGHEST)), SETTLED);
    }

    /// forge-config: default.fuzz.runs = 30
    function test_any_order_of_64_nonces_settles_each_once(uint256 seed) public {
        uint256[64] memory nonces;
        for (uint256 i = 0; i < 64; ++i) {
            nonces[i] = i + 1;
        }
        for (uint256 i = 63; i > 0; --i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 other = seed % (i + 1);
            (nonces[i], nonces[other]) = (nonces[other], nonces[i]);
        }

        for (uint256 i = 0; i < 64; ++i) {
            _pay(nonces[i], SETTLED);
        }
        for (uint256 i = 0; i < 64; ++i) {
            _pay(nonces[i], NONCE_USED);
        }
    }

    /// @dev The word against a plain list of used nonces, with steps around the window's edge and up to 64 bits.
    function test_the_window_agrees_with_a_plain_list(uint256 seed) public {
        AccountWord word = AccountWords.fresh(Kind.Shop).withFrozen(true).credited(type(uint96).max);
        uint256 highest = 0;
        for (uint256 i = 0; i < 100; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 nonce =
                seed % 40 == 0 && highest < 1 << 63 ? highest + (seed >> 8) % (1 << 62) : highest + (seed >> 8) % 140;
            nonce = nonce > 70 ? nonce - 70 : nonce;
            bool expected = nonce > highest || (highest - nonce < 64 && !_used[nonce]);

            (bool good, AccountWord next) = word.withNonceUsed(nonce);

            assertEq(good, expected);
            if (good) {
                _used[nonce] = true;
                if (nonce > highest) highest = nonce;
            } else {
                assertEq(AccountWord.unwrap(next), AccountWord.unwrap(word), "a nonce refused changes nothing");
            }
            word = next;
            assertEq(word.highestNonce(), highest);
            assertEq(word.balance(), type(uint96).max);
            assertEq(uint8(word.kind()), SHOP);
            assertTrue(word.isFrozen());
        }
    }

    function _pay(uint256 nonce, uint8 reason) private {
        assertEq(settleOne(payment(resident, shop.account, 1, nonce)), reason);
    }
}
