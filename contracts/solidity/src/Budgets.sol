// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ICityToken} from "./ICityToken.sol";
import {Officials} from "./Officials.sol";

/// @title How much may be issued: the fiscal years' budgets, and the programmes that share them
/// @notice What is issued in a year, less what was cancelled, never exceeds the cap that two different officials signed
/// for; in a programme it never exceeds the programme's share. The contract that mints asks `_countIssue` first.
/// Each budget bears the hash of why it is: its purpose, legal basis and attachment are a part of what the two signed.
/// @dev All amounts are whole won, all times are seconds since 1970.
abstract contract Budgets is Officials {
    /// @notice A fiscal year's budget, as `budgetOf` tells it.
    struct Budget {
        uint96 cap;
        uint96 issued;
        uint64 version;
        uint96 programmed;
        uint64 starts;
        uint64 ends;
        bytes32 basis;
    }

    /// @notice A programme's share of one year's budget, as `programmeOf` tells it.
    struct Programme {
        uint96 cap;
        uint96 issued;
        uint64 year;
    }

    /// @notice The EIP-712 type of what two officials sign to open or amend a budget.
    bytes32 internal constant BUDGET_TYPEHASH = keccak256(
        "Budget(uint256 year,uint256 starts,uint256 ends,uint256 cap,bytes32 basis,uint256 version,uint256 deadline)"
    );

    uint256 private constant LAST_YEAR = 9999;
    /// @dev Where the terms of `setBudget` end in its calldata: a selector, and seven words.
    uint256 private constant TERMS_END = 4 + 7 * 32;

    mapping(uint256 year => Budget) private _budgets;
    mapping(uint256 programme => Programme) private _programmes;

    /// @inheritdoc ICityToken
    function budgetOf(uint256 year)
        external
        view
        override
        returns (
            uint256 cap,
            uint256 issued,
            uint256 programmed,
            uint256 version,
            uint256 starts,
            uint256 ends,
            bytes32 basis
        )
    {
        Budget storage budget = _budgets[year];
        return (budget.cap, budget.issued, budget.programmed, budget.version, budget.starts, budget.ends, budget.basis);
    }

    /// @inheritdoc ICityToken
    function programmeOf(uint256 programme) external view override returns (uint256 year, uint256 cap, uint256 issued) {
        Programme storage share = _programmes[programme];
        return (share.year, share.cap, share.issued);
    }

    /// @inheritdoc ICityToken
    function setBudget(
        uint256 year,
        uint256 starts,
        uint256 ends,
        uint256 cap,
        bytes32 basis,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external override {
        uint256 expected = uint256(_budgets[year].version) + 1;
        if (version != expected) revert BudgetVersionWrong(expected, version);
        // The terms lie in calldata as they are signed: a word each, in this order.
        (address officialA, address officialB) =
            _twoOfficials(abi.encodePacked(BUDGET_TYPEHASH, msg.data[4:TERMS_END]), deadline, signatureA, signatureB);
        _setBudget(year, starts, ends, cap, basis);
        _tellBudget(year, officialA, officialB);
    }

    /// @dev The next version of a year's budget, if its terms are good.
    function _setBudget(uint256 year, uint256 starts, uint256 ends, uint256 cap, bytes32 basis) private {
        Budget storage budget = _budgets[year];
        if (year == 0 || year > LAST_YEAR) revert BudgetYearWrong(year);
        if (starts >= ends || ends > type(uint64).max) revert BudgetPeriodWrong(starts, ends);
        if (cap > type(uint96).max) revert BudgetCapTooLarge(cap);
        if (cap < budget.issued) revert BudgetBelowIssued(cap, budget.issued);
        if (cap < budget.programmed) revert BudgetBelowProgrammes(cap, budget.programmed);
        if (basis == 0) revert BudgetBasisMissing(year);

        // Each number was just seen to have these bits.
        budget.cap = uint96(cap);
        ++budget.version;
        budget.starts = uint64(starts);
        budget.ends = uint64(ends);
        budget.basis = basis;
    }

    function _tellBudget(uint256 year, address officialA, address officialB) private {
        Budget storage budget = _budgets[year];
        emit BudgetSet(year, budget.cap, budget.basis, budget.version, budget.starts, budget.ends, officialA, officialB);
    }

    /// @dev Open a programme or change its cap; who may do so is for the caller to check.
    function _setProgramme(uint256 programme, uint256 year, uint256 cap) internal {
        if (programme == 0) revert UnknownProgramme(programme);
        Budget storage budget = _budgets[year];
        if (budget.version == 0) revert NoBudget(year);
        Programme storage share = _programmes[programme];
        if (share.year != 0 && share.year != year) revert ProgrammeYearFixed(programme, share.year);
        if (cap < share.issued) revert ProgrammeBelowIssued(programme, cap, share.issued);
        uint256 asked = Math.saturatingAdd(budget.programmed - share.cap, cap);
        if (asked > budget.cap) revert ProgrammesExceedBudget(year, budget.cap, asked);

        // No more than the budget's cap, either of them; and a year with a budget has four digits.
        budget.programmed = uint96(asked);
        share.cap = uint96(cap);
        share.year = uint64(year);
        emit ProgrammeSet(programme, year, cap);
    }

    /// @dev Count an issue of `amount` won (saturated, not wrapped, where the sum is beyond 256 bits) against the
    /// year's cap, then the programme's; revert where either would be passed. Exactly the cap is good.
    function _countIssue(uint256 programme, uint256 amount) internal {
        Programme storage share = _programmes[programme];
        uint256 year = share.year;
        if (year == 0) revert UnknownProgramme(programme);
        Budget storage budget = _budgets[year];
        // Whoever makes a block may move its time by seconds; a period is of days.
        // slither-disable-next-line timestamp
        if (block.timestamp < budget.starts || block.timestamp > budget.ends) revert IssueOutsideBudgetPeriod(year);
        uint256 issuedInYear = Math.saturatingAdd(budget.issued, amount);
        if (issuedInYear > budget.cap) revert CapExceeded(year, budget.cap, issuedInYear);
        uint256 issuedInProgramme = Math.saturatingAdd(share.issued, amount);
        if (issuedInProgramme > share.cap) revert ProgrammeCapExceeded(programme, share.cap, issuedInProgramme);

        // No more than the caps.
        budget.issued = uint96(issuedInYear);
        share.issued = uint96(issuedInProgramme);
    }

    /// @dev Revert where there is no such programme.
    function _requireProgramme(uint256 programme) internal view {
        if (_programmes[programme].year == 0) revert UnknownProgramme(programme);
    }

    /// @dev Take a cancelled amount back out of what the programme and its year have issued: there is headroom again.
    /// Nothing is asked of the time: what was issued in December may be cancelled in January.
    function _countCancelled(uint256 programme, uint256 amount) internal {
        Programme storage share = _programmes[programme];
        _requireProgramme(programme);
        if (amount > share.issued) revert CancelExceedsIssued(programme, share.issued, amount);
        Budget storage budget = _budgets[share.year];
        uint96 cancelled = uint96(amount); // no more than what was issued
        // A programme's issues are a part of its year's, so neither goes below zero.
        share.issued -= cancelled;
        budget.issued -= cancelled;
    }

    /// @dev Take a year's budget over from a contract that is closed: its cap, and how much of it has been used.
    /// @param said what its `budgetOf` answers, whose numbers have the widths that they have here
    function _takeOverBudget(address predecessor, uint256 year, uint256[7] memory said) internal {
        if (said[3] == 0) revert NoBudget(year);
        _budgets[year] = Budget({
            cap: uint96(said[0]),
            issued: uint96(said[1]),
            version: uint64(said[3]),
            programmed: uint96(said[2]),
            starts: uint64(said[4]),
            ends: uint64(said[5]),
            basis: bytes32(said[6])
        });
        _tellBudget(year, predecessor, predecessor);
    }

    /// @dev Take a programme over, of a year that has been.
    /// @param said what `programmeOf` of the closed contract answers, likewise
    function _takeOverProgramme(uint256 programme, uint256[7] memory said) internal {
        uint256 year = said[0];
        if (year == 0) revert UnknownProgramme(programme);
        if (_budgets[year].version == 0) revert NoBudget(year);
        _programmes[programme] = Programme({cap: uint96(said[1]), issued: uint96(said[2]), year: uint64(year)});
        emit ProgrammeSet(programme, year, said[1]);
    }
}
