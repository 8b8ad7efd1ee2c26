// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";

import {AccountWord, AccountWords, Kind} from "../src/AccountWord.sol";
import {CityToken, Founding} from "../src/CityToken.sol";

/// @notice What some city is born with; nothing below asks what.
function anyFounding() pure returns (Founding memory founding) {
    founding.officials = [address(1), address(2)];
    founding.issuer = address(3);
    founding.settler = address(4);
    founding.registrar = address(5);
    founding.guardian = address(6);
    founding.treasury = address(7);
    founding.recoveryDelay = 1 hours;
}

/// @notice The counting of Budgets, which the contract does inside `issue` and `cancel`, opened to a caller.
contract OpenBudgets is CityToken {
    constructor() CityToken(anyFounding()) {}

    /// @dev Budgets as a takeover finds them at a predecessor: whatever numbers the solver likes.
    function takeOver(uint256 year, uint256[7] memory budget, uint256 programme, uint256[7] memory share) external {
        _takeOverBudget(address(8), year, budget);
        _takeOverProgramme(programme, share);
    }

    function countIssue(uint256 programme, uint256 amount) external {
        _countIssue(programme, amount);
    }

    function countCancelled(uint256 programme, uint256 amount) external {
        _countCancelled(programme, amount);
    }
}

/// @title What is true of all numbers, shown by a solver and not by examples (`python contracts/tools/analysis.py symbolic`)
/// @notice The arithmetic on an account's word and on caps. Signatures, hashes and storage of mappings are not a
/// solver's strength: for them the fuzz tests stand (Twins.t.sol, SettleFuzz.t.sol).
contract SymbolicTest is Test {
    uint256 private constant BALANCE = type(uint96).max;
    uint256 private constant BELOW_NONCES = type(uint128).max;
    uint256 private constant YEAR = 2026;
    uint256 private constant PROGRAMME = 1;

    // ---- Packing -------------------------------------------------------------------------------------------------

    /// @dev A debit that the balance covers changes the balance, and no other bit.
    function check_a_debit_changes_the_balance_only(uint256 word, uint256 amount) public pure {
        AccountWord before = AccountWord.wrap(word);
        if (amount > before.balance()) return;
        AccountWord afterwards = before.debited(amount);
        assert(afterwards.balance() == before.balance() - amount);
        assert(AccountWord.unwrap(afterwards) & ~BALANCE == word & ~BALANCE);
    }

    /// @dev A credit within the 96 bits of a supply likewise.
    function check_a_credit_changes_the_balance_only(uint256 word, uint256 amount) public pure {
        AccountWord before = AccountWord.wrap(word);
        if (amount > BALANCE - before.balance()) return;
        AccountWord afterwards = before.credited(amount);
        assert(afterwards.balance() == before.balance() + amount);
        assert(AccountWord.unwrap(afterwards) & ~BALANCE == word & ~BALANCE);
    }

    function check_freezing_changes_its_bit_only(uint256 word, bool frozen) public pure {
        AccountWord afterwards = AccountWord.wrap(word).withFrozen(frozen);
        assert(afterwards.isFrozen() == frozen);
        assert((AccountWord.unwrap(afterwards) ^ word) & ~(uint256(1) << 98) == 0);
    }

    function check_a_retired_account_is_frozen_empty_and_keeps_kind_and_nonces(uint256 word) public pure {
        AccountWord before = AccountWord.wrap(word);
        AccountWord afterwards = before.retired();
        assert(afterwards.isRetired() && afterwards.isFrozen() && afterwards.balance() == 0);
        assert(afterwards.kindNumber() == before.kindNumber());
        assert(AccountWord.unwrap(afterwards) >> 128 == word >> 128);
    }

    // ---- Nonces --------------------------------------------------------------------------------------------------

    /// @dev Whatever the word, whatever nonce of 40 bits: used once, it is not good again.
    function check_a_used_nonce_is_not_good_again(uint256 word, uint40 nonce) public pure {
        (bool good, AccountWord used) = AccountWord.wrap(word).withNonceUsed(nonce);
        if (!good) return;
        (bool again,) = used.withNonceUsed(nonce);
        assert(!again);
    }

    /// @dev Nor is it after any other nonce was used meanwhile, above it or below.
    function check_a_used_nonce_is_not_good_after_another(uint256 word, uint40 nonce, uint40 other) public pure {
        (bool good, AccountWord used) = AccountWord.wrap(word).withNonceUsed(nonce);
        if (!good) return;
        (, AccountWord later) = used.withNonceUsed(other);
        (bool again,) = later.withNonceUsed(nonce);
        assert(!again);
    }

    /// @dev A nonce above the highest is always good; one that is 64 or more below it never.
    function check_what_is_good_is_as_the_window_says(uint256 word, uint40 nonce) public pure {
        AccountWord before = AccountWord.wrap(word);
        (bool good, AccountWord used) = before.withNonceUsed(nonce);
        uint256 highest = before.highestNonce();
        if (nonce > highest) assert(good && used.highestNonce() == nonce);
        else if (highest - nonce >= 64) assert(!good);
        else assert(good == ((before.nonceWindow() >> (highest - nonce)) & 1 == 0));
        if (!good) assert(AccountWord.unwrap(used) == word);
    }

    function check_a_nonce_changes_nothing_below_the_nonces(uint256 word, uint40 nonce) public pure {
        (, AccountWord used) = AccountWord.wrap(word).withNonceUsed(nonce);
        assert(AccountWord.unwrap(used) & BELOW_NONCES == word & BELOW_NONCES);
    }

    /// @dev What the loop in assembly writes for a nonce above the highest is what the readable rules write.
    function check_the_loop_writes_what_the_rules_write(uint256 word, uint40 nonce, uint48 amount) public pure {
        AccountWord before = AccountWord.wrap(word);
        if (nonce <= before.highestNonce() || amount > before.balance()) return;
        (, AccountWord used) = before.withNonceUsed(nonce);
        uint256 written;
        assembly {
            let window := shl(sub(nonce, and(shr(128, word), 0xffffffffffffffff)), shr(192, word))
            written := sub(and(word, 0xffffffffffffffffffffffffffffffff), amount)
            written := or(or(written, shl(128, nonce)), shl(192, or(window, 1)))
        }
        assert(written == AccountWord.unwrap(used.debited(amount)));
    }

    /// @dev The loop's one condition on frozen and kinds is the rules' two.
    function check_the_loop_allows_what_the_rules_allow(uint256 word, uint16 matrix, uint8 payee) public pure {
        AccountWord payer = AccountWord.wrap(word);
        uint256 payersAllowed = uint256(matrix) >> (payee & 3);
        uint256 allowed;
        assembly {
            allowed := and(shr(and(shr(94, word), 0x1c), payersAllowed), 1)
        }
        bool bit = (payersAllowed >> (payer.kindNumber() << 2)) & 1 == 1;
        assert((allowed == 1) == (bit && !payer.isFrozen()));
    }

    /// @dev And its condition on the amount is that it is above zero and covered.
    function check_the_loop_covers_what_the_rules_cover(uint256 word, uint48 amount) public pure {
        uint256 covered;
        assembly {
            covered := lt(sub(amount, 1), and(word, 0xffffffffffffffffffffffff))
        }
        assert((covered == 1) == (amount != 0 && amount <= AccountWord.wrap(word).balance()));
    }

    // ---- Caps ----------------------------------------------------------------------------------------------------

    /// @dev From any counts within their caps, any amount: an issue that goes through stays within both caps.
    function check_no_issue_passes_a_cap(uint96 cap, uint96 issued, uint96 share, uint96 own, uint256 amount) public {
        OpenBudgets budgets = _open(cap, issued, share, own);
        try budgets.countIssue(PROGRAMME, amount) {
            (, uint256 inYear,,,,,) = budgets.budgetOf(YEAR);
            (,, uint256 inProgramme) = budgets.programmeOf(PROGRAMME);
            assert(inYear == uint256(issued) + amount && inYear <= cap);
            assert(inProgramme == uint256(own) + amount && inProgramme <= share);
        } catch {
            assert(amount > uint256(cap) - issued || amount > uint256(share) - own);
        }
    }

    /// @dev A cancelled amount is at most what the programme has issued, and gives just as much headroom back.
    function check_no_cancelling_passes_what_was_issued(
        uint96 cap,
        uint96 issued,
        uint96 share,
        uint96 own,
        uint256 amount
    ) public {
        OpenBudgets budgets = _open(cap, issued, share, own);
        try budgets.countCancelled(PROGRAMME, amount) {
            (, uint256 inYear,,,,,) = budgets.budgetOf(YEAR);
            (,, uint256 inProgramme) = budgets.programmeOf(PROGRAMME);
            assert(amount <= own && inYear == issued - amount && inProgramme == own - amount);
        } catch {
            assert(amount > own);
        }
    }

    function _open(uint96 cap, uint96 issued, uint96 share, uint96 own) private returns (OpenBudgets budgets) {
        vm.assume(issued <= cap && share <= cap && own <= share && own <= issued);
        budgets = new OpenBudgets();
        uint256[7] memory budget = [uint256(cap), issued, share, 1, 0, type(uint64).max, 1];
        budgets.takeOver(YEAR, budget, PROGRAMME, [YEAR, uint256(share), own, 0, 0, 0, 0]);
    }
}
