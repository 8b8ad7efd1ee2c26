// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountWord, AccountWords, Kind} from "./AccountWord.sol";
import {ICityToken} from "./ICityToken.sol";
import {Roles} from "./Roles.sol";

/// @title Who has an account, and what it may
/// @notice Only accounts hold won. The registrar registers and freezes; an account's kind never changes.
abstract contract Accounts is Roles {
    /// @dev An account in storage: a struct of one word, so that a pointer to it can be held while it is read and written.
    struct Account {
        AccountWord word;
    }

    /// @notice All won that exist.
    uint256 public totalSupply;

    mapping(address account => Account) internal _accounts;

    /// @notice The account's won.
    function balanceOf(address account) external view returns (uint256) {
        return _accounts[account].word.balance();
    }

    /// @inheritdoc ICityToken
    function accountOf(address account)
        external
        view
        override
        returns (uint256 balance, Kind kind, bool frozen, uint64 highestNonce, uint64 window)
    {
        AccountWord word = _accounts[account].word;
        return (word.balance(), word.kind(), word.isFrozen(), word.highestNonce(), word.nonceWindow());
    }

    /// @inheritdoc ICityToken
    function register(address[] calldata accounts, uint8 kind) external override only(registrar, REGISTRAR) {
        if (kind != uint8(Kind.Resident) && kind != uint8(Kind.Shop)) revert KindNotForRegistration(kind);
        Kind wanted = Kind(kind);
        for (uint256 i = 0; i < accounts.length; ++i) {
            address account = accounts[i];
            if (account == address(0)) revert ZeroAddress();
            AccountWord known = _accounts[account].word;
            if (known.kind() == wanted) continue;
            if (!known.isBlank()) revert KindFixed(account);
            _open(account, wanted);
        }
    }

    /// @inheritdoc ICityToken
    function setFrozen(address account, bool frozen) external override only(registrar, REGISTRAR) {
        AccountWord word = _accounts[account].word;
        if (!word.isRegistered()) revert UnknownAccount(account);
        if (word.isRetired()) revert AccountRetired(account);
        _accounts[account].word = word.withFrozen(frozen);
        emit FrozenSet(account, frozen);
    }

    /// @dev Make an account of an address of which nothing is known.
    function _open(address account, Kind kind) internal {
        _accounts[account].word = AccountWords.fresh(kind);
        emit Registered(account, kind);
    }
}
