// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountWord, AccountWords} from "./AccountWord.sol";
import {Accounts} from "./Accounts.sol";
import {ICityToken} from "./ICityToken.sol";

/// @title A lost key is replaced: the won of the old address go to a new one
/// @notice Two officials start it, for a list of accounts; it is done after a delay, so that whoever still holds the old
/// key can object – unless the account was frozen before, as that of a stolen key is: a freeze that comes after the start
/// silences nobody. The old address is retired: it receives what is still sent there, which anybody may sweep to the new
/// one, and pays nobody. All of this goes on in a pause.
abstract contract Recovery is Accounts {
    /// @notice A recovery under way or done, as `recoveryOf` tells it.
    struct RecoveryState {
        address to;
        uint64 readyAt;
        bool finished;
        bool frozenBefore;
    }

    /// @notice The EIP-712 type of what two officials sign to start recoveries: from[i] goes to to[i].
    bytes32 internal constant START_RECOVERY_TYPEHASH =
        keccak256("StartRecovery(address[] from,address[] to,uint256 version,uint256 deadline)");
    /// @notice The EIP-712 type of what two officials sign to take recoveries back.
    bytes32 internal constant WITHDRAW_RECOVERY_TYPEHASH =
        keccak256("WithdrawRecovery(address[] from,uint256 version,uint256 deadline)");
    /// @notice The EIP-712 type of what an old key signs to object to its recovery.
    bytes32 internal constant CANCEL_RECOVERY_TYPEHASH =
        keccak256("CancelRecovery(address from,address to,uint256 readyAt)");

    uint256 private constant SHORTEST_DELAY = 1 hours;

    /// @inheritdoc ICityToken
    uint64 public immutable override recoveryDelay;

    /// @inheritdoc ICityToken
    address public override treasury;

    /// @inheritdoc ICityToken
    mapping(address from => RecoveryState) public override recoveryOf;

    constructor(uint64 recoveryDelay_) {
        if (recoveryDelay_ < SHORTEST_DELAY) revert RecoveryDelayWrong(recoveryDelay_);
        recoveryDelay = recoveryDelay_;
    }

    /// @inheritdoc ICityToken
    function startRecovery(
        address[] calldata from,
        address[] calldata to,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external override {
        _countAct(version);
        _twoOfficials(
            abi.encode(
                START_RECOVERY_TYPEHASH,
                keccak256(abi.encodePacked(from)),
                keccak256(abi.encodePacked(to)),
                version,
                deadline
            ),
            deadline,
            signatureA,
            signatureB
        );
        if (from.length == 0 || from.length != to.length) revert RecoveryListsWrong(from.length, to.length);
        uint256 readyAt = block.timestamp + recoveryDelay;
        // No time is compared, but the width of a number.
        // slither-disable-next-line timestamp
        if (readyAt > type(uint64).max) revert RecoveryDelayWrong(recoveryDelay);
        for (uint256 i = 0; i < from.length; ++i) {
            _start(from[i], to[i], readyAt);
        }
    }

    /// @inheritdoc ICityToken
    function cancelRecovery(address from, bytes calldata signature) external override {
        _requireOpen();
        RecoveryState memory state = _underWay(from);
        if (state.frozenBefore && _accounts[from].word.isFrozen()) revert AccountFrozen(from);
        address signer = _signer(abi.encode(CANCEL_RECOVERY_TYPEHASH, from, state.to, state.readyAt), signature);
        // slither-disable-next-line timestamp (addresses are compared; what was signed holds a time)
        if (signer != from) revert SignerWrong(from, signer);
        _cancel(from, state.to);
    }

    /// @inheritdoc ICityToken
    function withdrawRecovery(
        address[] calldata from,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external override {
        _countAct(version);
        _twoOfficials(
            abi.encode(WITHDRAW_RECOVERY_TYPEHASH, keccak256(abi.encodePacked(from)), version, deadline),
            deadline,
            signatureA,
            signatureB
        );
        for (uint256 i = 0; i < from.length; ++i) {
            _cancel(from[i], _underWay(from[i]).to);
        }
    }

    /// @inheritdoc ICityToken
    function finishRecovery(address[] calldata from) external override {
        _requireOpen();
        for (uint256 i = 0; i < from.length; ++i) {
            _finish(from[i]);
        }
    }

    /// @inheritdoc ICityToken
    function sweep(address[] calldata from) external override {
        _requireOpen();
        for (uint256 i = 0; i < from.length; ++i) {
            address to = recoveryOf[from[i]].to;
            if (!recoveryOf[from[i]].finished) revert NoRecovery(from[i]);
            uint256 amount = _moveAll(from[i], to);
            if (amount != 0) emit Swept(from[i], to, amount);
        }
    }

    function _start(address from, address to, uint256 readyAt) private {
        AccountWord word = _accounts[from].word;
        if (!word.isRegistered()) revert UnknownAccount(from);
        if (word.isRetired()) revert AccountRetired(from);
        // slither-disable-next-line timestamp (an address is compared; a time lies beside it)
        if (recoveryOf[from].to != address(0)) revert RecoveryUnderWay(from);
        if (to == address(0)) revert ZeroAddress();
        if (!_accounts[to].word.isBlank()) revert RecoveryTargetTaken(to);
        _accounts[to].word = AccountWords.reserved();
        recoveryOf[from] =
            RecoveryState({to: to, readyAt: uint64(readyAt), finished: false, frozenBefore: word.isFrozen()});
        emit RecoveryStarted(from, to, readyAt);
    }

    function _cancel(address from, address to) private {
        // Each account of a list has storage of its own, of which nothing can be kept for the end.
        // slither-disable-next-line costly-loop
        delete recoveryOf[from];
        // slither-disable-next-line costly-loop
        delete _accounts[to];
        emit RecoveryCancelled(from, to);
    }

    function _finish(address from) private {
        RecoveryState memory state = _underWay(from);
        // Seconds more or less: the delay is an hour at least.
        // slither-disable-next-line timestamp
        if (block.timestamp < state.readyAt) revert RecoveryTooEarly(from, state.readyAt);
        recoveryOf[from].finished = true;
        _open(state.to, _accounts[from].word.kind());
        // slither-disable-next-line timestamp,costly-loop (addresses are compared; one account at most is the treasury)
        if (from == treasury) treasury = state.to;
        uint256 amount = _moveAll(from, state.to);
        _accounts[from].word = _accounts[from].word.retired();
        emit Recovered(from, state.to, amount);
    }

    function _moveAll(address from, address to) private returns (uint256 amount) {
        AccountWord word = _accounts[from].word;
        amount = word.balance();
        if (amount == 0) return 0;
        _accounts[from].word = word.debited(amount);
        _accounts[to].word = _accounts[to].word.credited(amount);
        emit Transfer(from, to, amount);
    }

    function _underWay(address from) private view returns (RecoveryState memory state) {
        state = recoveryOf[from];
        // slither-disable-next-line timestamp (no time is compared; one lies beside)
        if (state.to == address(0) || state.finished) revert NoRecovery(from);
    }
}
