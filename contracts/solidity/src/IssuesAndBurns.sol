// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {AccountWord, Kind} from "./AccountWord.sol";
import {Budgets} from "./Budgets.sol";
import {ICityToken} from "./ICityToken.sol";
import {Issuance} from "./Issuance.sol";
import {Recovery} from "./Recovery.sol";

/// @title Where won come from and where they end
/// @notice Won are made by `issue`, within a budget. They end in three ways, each with a reason in its event: a purchase
/// is cancelled with its holder's signature, and its programme may issue as much again; a shop's won are redeemed, burned
/// once the treasury holds them and the bank has paid; a resident's won lapse, under two officials' signatures.
/// What a year and a programme have issued is the sum of `Issued` less that of `Burned` with the reason Cancelled: here, and
/// in the contracts before this one whose budgets it took over.
abstract contract IssuesAndBurns is Budgets, Recovery {
    /// @notice The EIP-712 type of what a holder signs to have a purchase cancelled.
    bytes32 internal constant CANCELLATION_TYPEHASH =
        keccak256("Cancellation(bytes32 burnId,uint256 programme,uint256 amount,uint256 deadline)");
    /// @notice The EIP-712 type of a holding.
    bytes32 internal constant HOLDING_TYPEHASH = keccak256("Holding(address holder,uint256 programme,uint256 amount)");
    /// @notice The EIP-712 type of what two officials sign to let won lapse.
    bytes32 internal constant LAPSE_TYPEHASH = keccak256(
        "Lapse(bytes32 burnId,uint256 sum,Holding[] holdings,uint256 deadline)"
        "Holding(address holder,uint256 programme,uint256 amount)"
    );

    /// @inheritdoc ICityToken
    mapping(bytes32 issueId => bool) public override issueUsed;
    /// @inheritdoc ICityToken
    mapping(bytes32 burnId => bool) public override burnUsed;

    /// @inheritdoc ICityToken
    function setProgramme(uint256 programme, uint256 year, uint256 cap) external override only(issuer, ISSUER) {
        _setProgramme(programme, year, cap);
    }

    /// @inheritdoc ICityToken
    function issue(bytes32 issueId, uint256 programme, Issuance.Recipient[] calldata recipients)
        external
        override
        only(issuer, ISSUER)
        whenNotPaused
    {
        if (recipients.length == 0) revert Empty();
        if (issueUsed[issueId]) revert IssueIdUsed(issueId);
        issueUsed[issueId] = true;
        uint256 amount = _sumForAccounts(recipients);
        _countIssue(programme, amount);
        uint256 supply = totalSupply + amount; // both have at most 96 bits: the one was stored, the other counted
        if (supply > type(uint96).max) revert SupplyTooLarge(supply);
        totalSupply = supply;

        for (uint256 i = 0; i < recipients.length; ++i) {
            Issuance.Recipient calldata recipient = recipients[i];
            Account storage account = _accounts[recipient.to];
            AccountWord word = account.word;
            if (!word.isRegistered()) {
                emit IssueSkipped(issueId, i, recipient.to, recipient.amount);
                continue;
            }
            account.word = word.credited(recipient.amount);
            emit Transfer(address(0), recipient.to, recipient.amount);
            emit Issued(issueId, programme, i, recipient.to, recipient.amount);
        }
    }

    /// @dev What the accounts among the recipients would be issued in all; saturated, so that it can't wrap to little.
    function _sumForAccounts(Issuance.Recipient[] calldata recipients) private view returns (uint256 sum) {
        for (uint256 i = 0; i < recipients.length; ++i) {
            if (recipients[i].amount == 0) revert AmountZero(i);
            if (!_accounts[recipients[i].to].word.isRegistered()) continue;
            sum = Math.saturatingAdd(sum, recipients[i].amount);
        }
    }

    /// @inheritdoc ICityToken
    function cancel(bytes32 burnId, uint256 programme, uint256 amount, uint256 deadline, bytes calldata signature)
        external
        override
        only(issuer, ISSUER)
        whenNotPaused
    {
        _useBurnId(burnId);
        _inTime(deadline);
        address holder = _signer(abi.encode(CANCELLATION_TYPEHASH, burnId, programme, amount, deadline), signature);
        AccountWord word = _accounts[holder].word;
        if (word.kind() != Kind.Resident) revert NotAResident(holder);
        if (word.isFrozen()) revert AccountFrozen(holder);
        if (amount == 0) revert AmountZero(0);
        if (amount > word.balance()) revert BalanceTooLow(holder, word.balance(), amount);
        _countCancelled(programme, amount);
        _burn(burnId, Issuance.BurnReason.Cancelled, programme, 0, holder, amount);
        // The events are Transfer and Burned.
        // slither-disable-next-line events-maths
        totalSupply -= amount;
    }

    /// @inheritdoc ICityToken
    function redeem(bytes32 burnId, uint256[] calldata amounts) external override only(issuer, ISSUER) whenNotPaused {
        if (amounts.length == 0) revert Empty();
        _useBurnId(burnId);
        uint256 burned = 0;
        for (uint256 i = 0; i < amounts.length; ++i) {
            if (amounts[i] == 0) revert AmountZero(i);
            uint256 balance = _accounts[treasury].word.balance();
            if (amounts[i] > balance) revert BalanceTooLow(treasury, balance, amounts[i]);
            _burn(burnId, Issuance.BurnReason.Redeemed, 0, i, treasury, amounts[i]);
            burned += amounts[i];
        }
        // As above.
        // slither-disable-next-line events-maths
        totalSupply -= burned;
    }

    /// @inheritdoc ICityToken
    function lapse(
        bytes32 burnId,
        Issuance.Holding[] calldata holdings,
        uint256 sum,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external override whenNotPaused {
        if (holdings.length == 0) revert Empty();
        _twoOfficials(
            abi.encode(LAPSE_TYPEHASH, burnId, sum, _hashOf(holdings), deadline), deadline, signatureA, signatureB
        );
        _useBurnId(burnId);
        uint256 listed = 0;
        uint256 burned = 0;
        for (uint256 i = 0; i < holdings.length; ++i) {
            Issuance.Holding calldata holding = holdings[i];
            if (holding.amount == 0) revert AmountZero(i);
            _requireProgramme(holding.programme);
            listed = Math.saturatingAdd(listed, holding.amount);
            AccountWord word = _accounts[holding.holder].word;
            if (word.kind() != Kind.Resident || holding.amount > word.balance()) {
                emit BurnSkipped(burnId, i, holding.holder, holding.amount);
                continue;
            }
            _burn(burnId, Issuance.BurnReason.Lapsed, holding.programme, i, holding.holder, holding.amount);
            burned += holding.amount;
        }
        if (listed != sum) revert LapseSumWrong(sum, listed);
        totalSupply -= burned;
    }

    function _useBurnId(bytes32 burnId) private {
        if (burnUsed[burnId]) revert BurnIdUsed(burnId);
        burnUsed[burnId] = true;
    }

    /// @dev The caller has seen that the balance covers the amount, and takes it off the supply.
    function _burn(
        bytes32 burnId,
        Issuance.BurnReason reason,
        uint256 programme,
        uint256 index,
        address from,
        uint256 amount
    ) private {
        Account storage account = _accounts[from];
        account.word = account.word.debited(amount);
        emit Transfer(from, address(0), amount);
        emit Burned(burnId, reason, programme, index, from, amount);
    }

    /// @dev As EIP-712 hashes an array of structs.
    function _hashOf(Issuance.Holding[] calldata holdings) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](holdings.length);
        for (uint256 i = 0; i < holdings.length; ++i) {
            hashes[i] = keccak256(abi.encode(HOLDING_TYPEHASH, holdings[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }
}
