// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountWord, AccountWords, Kind} from "./AccountWord.sol";
import {CityToken, CityTokenSuccession, Founding} from "./CityToken.sol";
import {Officials} from "./Officials.sol";
import {Roles} from "./Roles.sol";

/// @notice What a contract takes over from the one before it.
/// @param predecessor the closed contract, which names this one as its successor
/// @param supply all won that exist there
/// @param chunks the hash of each list of accounts, in the order in which the snapshot hashes them
/// @param fiscalYears the years whose budgets go on here, with what was issued in them
/// @param programmes the programmes that go on here, of those years
/// @param deadline the last second for the creation
/// @param signatureA of one of the founding officials: 64 bytes (secp256k1) or 128 (P-256)
/// @param signatureB of the other, likewise
struct Takeover {
    CityToken predecessor;
    uint256 supply;
    bytes32[] chunks;
    uint256[] fiscalYears;
    uint256[] programmes;
    uint256 deadline;
    bytes signatureA;
    bytes signatureB;
}

/// @title The contract that goes on where another was closed
/// @notice A succession, not a proxy: code that holds money never changes under its holders. The constructor mints the
/// old supply once, to this contract itself, under two officials' signatures, and copies what budgets have been used.
/// `carryOver` hands the won to their accounts, list by list, as the old contract's snapshot says; only when the last
/// list is done can the pause end in which this contract is born. It stands at a new address, so no signature for the
/// old one is good here; issue and burn ids begin anew, and the books see to it that none is used again.
contract CityTokenSuccessor is CityToken, CityTokenSuccession {
    /// @notice An account as it is taken over. Its nonces begin anew, as its signatures do.
    /// @param account its address, the same as before
    /// @param kind any but None
    /// @param frozen of an account that is not retired
    /// @param balance in won
    /// @param recoveredTo of a retired account: the address to which its won went; otherwise zero
    struct Carried {
        address account;
        Kind kind;
        bool frozen;
        uint256 balance;
        address recoveredTo;
    }

    /// @notice The EIP-712 type of what two officials sign to take over, in the domain of the new contract.
    bytes32 internal constant TAKEOVER_TYPEHASH = keccak256(
        "Takeover(address predecessor,uint256 supply,bytes32 snapshot,uint256[] fiscalYears,uint256[] programmes,uint256 deadline)"
    );

    /// @notice The contract before this one.
    CityToken public immutable predecessor;

    /// @notice Whether a list of accounts with this hash is still to be carried over.
    mapping(bytes32 chunk => bool) public isAwaited;
    /// @notice How many lists are still to be carried over.
    uint256 public awaited;

    /// @notice All won of the predecessor are here from now on.
    event TakenOver(address indexed predecessor, uint256 supply, bytes32 snapshot);

    /// @notice The predecessor has not been closed for this contract, this snapshot and this supply.
    error PredecessorNotClosed(address successor, bytes32 snapshot, uint256 supply);
    /// @notice The same list is named twice.
    error ChunkTwice(bytes32 chunk);
    /// @notice No such list is to be carried over, or it has been.
    error ChunkUnknown(bytes32 chunk);
    /// @notice The account has been carried over, or was here from the beginning; or it is of the kind None, or is the
    /// treasury and of another kind.
    error CarriedTwice(address account);
    /// @notice The account has more than the `left` won of the supply that are not handed out yet.
    error CarriedTooMuch(address account, uint256 left);
    /// @notice So many lists are still to be carried over, and so many won to be handed out.
    error TakeoverUnfinished(uint256 chunks, uint256 won);

    constructor(Founding memory founding, Takeover memory takeover) CityToken(founding) {
        CityToken old = takeover.predecessor;
        bytes32 snapshot_ = keccak256(abi.encodePacked(takeover.chunks));
        if (old.snapshot() != snapshot_ || old.totalSupply() != takeover.supply) {
            revert PredecessorNotClosed(old.successor(), old.snapshot(), old.totalSupply());
        }
        _requireSuccessor(old);
        _foundersSigned(takeover, snapshot_);
        predecessor = old;
        for (uint256 i = 0; i < takeover.fiscalYears.length; ++i) {
            _takeOverBudget(old, takeover.fiscalYears[i]);
        }
        for (uint256 i = 0; i < takeover.programmes.length; ++i) {
            _takeOverProgramme(old, takeover.programmes[i]);
        }
        for (uint256 i = 0; i < takeover.chunks.length; ++i) {
            bytes32 chunk = takeover.chunks[i];
            if (isAwaited[chunk]) revert ChunkTwice(chunk);
            isAwaited[chunk] = true;
        }
        awaited = takeover.chunks.length;
        // Kept by this contract, which is no account and can't pay, until the lists hand it out.
        totalSupply = takeover.supply;
        _accounts[address(this)].word = AccountWords.reserved().credited(takeover.supply);
        emit Transfer(address(0), address(this), takeover.supply);
        emit TakenOver(address(old), takeover.supply, snapshot_);
        _pause();
    }

    /// @notice Hand the won of one list to its accounts. Anyone may call: the list must be one of the snapshot's.
    /// @param accounts the whole list, in its order: it is known by its hash
    function carryOver(Carried[] calldata accounts) external {
        _requireSuccessor(predecessor); // still: while nothing is finished here, it may have named another
        bytes32 chunk = keccak256(abi.encode(accounts));
        if (!isAwaited[chunk]) revert ChunkUnknown(chunk);
        delete isAwaited[chunk];
        --awaited;
        for (uint256 i = 0; i < accounts.length; ++i) {
            _carry(accounts[i]);
        }
    }

    /// @inheritdoc CityTokenSuccession
    function isFinished() public view returns (bool) {
        return awaited == 0 && _accounts[address(this)].word.balance() == 0;
    }

    /// @dev Until everything has been carried over nothing else can be done here, so that nobody stands in a list's way
    /// by registering, sweeping or closing before it.
    function _requireOpen() internal view override(Officials, Roles) {
        super._requireOpen();
        if (!isFinished()) revert TakeoverUnfinished(awaited, _accounts[address(this)].word.balance());
    }

    /// @dev Revert where the closed contract has not named this one.
    function _requireSuccessor(CityToken old) private view {
        if (old.successor() != address(this)) {
            revert PredecessorNotClosed(old.successor(), old.snapshot(), old.totalSupply());
        }
    }

    function _carry(Carried calldata carried) private {
        address account = carried.account;
        // slither-disable-next-line timestamp (addresses are compared)
        if (account == treasury) {
            // Here from the beginning, with nothing.
            if (carried.kind != Kind.Treasury || _accounts[account].word.balance() != 0) revert CarriedTwice(account);
        } else {
            if (!_accounts[account].word.isBlank() || carried.kind == Kind.None) revert CarriedTwice(account);
            _open(account, carried.kind);
        }
        uint256 left = _accounts[address(this)].word.balance();
        if (carried.balance > left) revert CarriedTooMuch(account, left);
        _accounts[address(this)].word = _accounts[address(this)].word.debited(carried.balance);
        AccountWord word = _accounts[account].word;
        if (carried.recoveredTo != address(0)) {
            word = word.retired();
            recoveryOf[account] = RecoveryState({to: carried.recoveredTo, readyAt: 0, finished: true});
            emit Recovered(account, carried.recoveredTo, 0);
        } else if (carried.frozen) {
            word = word.withFrozen(true);
            emit FrozenSet(account, true);
        }
        _accounts[account].word = word.credited(carried.balance);
        if (carried.balance != 0) emit Transfer(address(this), account, carried.balance);
    }

    /// @dev The two founding officials signed the takeover, in the domain of this contract.
    function _foundersSigned(Takeover memory takeover, bytes32 snapshot_) private view {
        bytes memory fields = abi.encode(
            TAKEOVER_TYPEHASH,
            address(takeover.predecessor),
            takeover.supply,
            snapshot_,
            keccak256(abi.encodePacked(takeover.fiscalYears)),
            keccak256(abi.encodePacked(takeover.programmes)),
            takeover.deadline
        );
        _signedByTwo(fields, takeover.deadline, takeover.signatureA, takeover.signatureB);
    }
}
