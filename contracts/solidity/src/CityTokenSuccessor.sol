// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {AccountWord, AccountWords, Kind} from "./AccountWord.sol";
import {CityToken, CityTokenSuccession, Founding} from "./CityToken.sol";
import {ICityToken} from "./ICityToken.sol";
import {Officials} from "./Officials.sol";
import {Roles} from "./Roles.sol";

/// @title The contract that goes on where another was closed
/// @notice A succession, not a proxy: code that holds money never changes under its holders. This contract is created
/// first, paused, and does nothing; the old one is closed for it, for its code and for a snapshot, which says whose accounts
/// and which budgets go over. `takeOver` copies what budgets have been used, and `carryOver` makes each account's won, list by
/// list. A list has addresses only: balance, kind, freeze and recovery are read from the closed contract, so that nobody
/// writes a balance down, and nobody signs one. Only when the last list is done can the pause end in which this contract is
/// born. It stands at an address of its own, so no signature for the old one is good here; issue and burn ids begin anew,
/// and the books see to it that none is used again.
contract CityTokenSuccessor is CityToken, CityTokenSuccession {
    /// @notice The contract before this one.
    CityToken public immutable predecessor;
    /// @notice The hash of what this contract was founded with, keccak256(abi.encode(Founding)). It is a part of the code,
    /// whose hash the officials of the old contract sign: who will hold which role here is signed with it.
    bytes32 public immutable foundedWith;

    /// @notice Whether it is settled what is taken over.
    bool public isTakenOver;
    /// @notice Whether a list of accounts with this hash is still to be carried over.
    mapping(bytes32 chunk => bool) public isAwaited;
    /// @notice How many lists are still to be carried over.
    uint256 public awaited;
    /// @notice How many won are still to be carried over.
    uint256 public awaitedWon;

    /// @notice All won of the predecessor come here from now on, account by account.
    event TakenOver(address indexed predecessor, uint256 supply, bytes32 snapshot);

    /// @notice The predecessor has not been closed for this contract.
    error PredecessorNotClosed();
    /// @notice What is to be taken over hashes to another snapshot than the one that the predecessor was closed for.
    error SnapshotWrong(bytes32 expected, bytes32 given);
    /// @notice It has been settled what is taken over.
    error TakenOverTwice();
    /// @notice This contract was founded with another treasury than its predecessor has, whose won would be out of reach.
    error TreasuryWrong(address expected, address given);
    /// @notice No such list is to be carried over, or it has been.
    error ChunkUnknown(bytes32 chunk);
    /// @notice So many lists are still to be carried over, and so many won; both zero before `takeOver`.
    error TakeoverUnfinished(uint256 chunks, uint256 won);

    constructor(Founding memory founding, CityToken predecessor_) CityToken(founding) {
        predecessor = predecessor_;
        foundedWith = keccak256(abi.encode(founding));
        _pause();
    }

    /// @notice Settle what is taken over from the contract that was closed for this one. Anyone may call: all of it is in the
    /// snapshot, which two officials of the closed contract signed. One array and not three, for the code's size.
    /// @param lists how many lists of accounts there are
    /// @param fiscalYears how many years go on here
    /// @param taken the hash of each list; then each year whose budget goes on here, with what was issued in it; then each
    /// programme that goes on here, of those years
    function takeOver(uint256 lists, uint256 fiscalYears, uint256[] calldata taken) external {
        if (isTakenOver) revert TakenOverTwice();
        isTakenOver = true;
        _requireNamed();
        bytes32 given = keccak256(abi.encodePacked(lists, fiscalYears, taken));
        bytes32 snapshot_ = bytes32(_ask(ICityToken.snapshot.selector, 0)[0]);
        if (given != snapshot_) revert SnapshotWrong(snapshot_, given);
        address oldTreasury = address(uint160(_ask(ICityToken.treasury.selector, 0)[0]));
        // slither-disable-next-line timestamp (addresses are compared)
        if (oldTreasury != treasury) revert TreasuryWrong(oldTreasury, treasury);
        address old = address(predecessor);
        for (uint256 i = 0; i < taken.length; ++i) {
            uint256 word = taken[i];
            if (i < lists) _await(bytes32(word));
            else if (i < lists + fiscalYears) _takeOverBudget(old, word, _ask(ICityToken.budgetOf.selector, word));
            else _takeOverProgramme(word, _ask(ICityToken.programmeOf.selector, word));
        }
        uint256 supply = _ask(IERC20.totalSupply.selector, 0)[0];
        awaitedWon = supply;
        emit TakenOver(old, supply, snapshot_);
    }

    /// @notice Carry the accounts of one list over, as the closed contract has them. Anyone may call: the list must be one
    /// of the snapshot's. Who is no account there, or is here already, is passed over.
    /// @param accounts the whole list, in its order: it is known by its hash
    function carryOver(address[] calldata accounts) external {
        _requireNamed(); // still: while nothing is finished here, the closed contract may have named another
        bytes32 chunk = keccak256(abi.encodePacked(accounts));
        if (!isAwaited[chunk]) revert ChunkUnknown(chunk);
        delete isAwaited[chunk];
        --awaited;
        uint256 won = 0;
        for (uint256 i = 0; i < accounts.length; ++i) {
            won += _carry(accounts[i]);
        }
        // Each account comes once, and all of them have the supply: what is awaited covers it.
        awaitedWon -= won;
        totalSupply += won;
    }

    /// @inheritdoc CityTokenSuccession
    function isFinished() public view returns (bool) {
        return isTakenOver && awaited == 0 && awaitedWon == 0;
    }

    /// @dev Until everything has been carried over nothing else can be done here, so that nobody stands in a list's way
    /// by registering, sweeping or closing before it.
    function _requireOpen() internal view override(Officials, Roles) {
        super._requireOpen();
        if (!isFinished()) revert TakeoverUnfinished(awaited, awaitedWon);
    }

    /// @dev A list that is named twice is carried over once.
    function _await(bytes32 chunk) private {
        if (isAwaited[chunk]) return;
        isAwaited[chunk] = true;
        // Each list has storage of its own, of which nothing can be kept for the end.
        // slither-disable-next-line costly-loop
        ++awaited;
    }

    /// @dev Revert where the closed contract has not named this one.
    function _requireNamed() private view {
        if (_ask(ICityToken.successor.selector, 0)[0] != uint160(address(this))) revert PredecessorNotClosed();
    }

    /// @dev What the closed contract answers to a question about one thing or about nothing, as words; reverts where it
    /// does. One call for all questions: Solidity writes each out anew, and together they don't fit EIP-170.
    function _ask(bytes4 question, uint256 about) private view returns (uint256[7] memory answer) {
        address old = address(predecessor);
        // slither-disable-next-line assembly
        assembly ("memory-safe") {
            mstore(0x00, question)
            mstore(0x04, about)
            if iszero(staticcall(gas(), old, 0x00, 0x24, answer, 0xe0)) { revert(0x00, 0x00) }
        }
    }

    /// @dev Make the account what it is in the closed contract. One that is retired has its new address carried over with
    /// it, so that what is swept from it goes to an account.
    /// @return won how many came here
    function _carry(address account) private returns (uint256 won) {
        AccountWord word = _accounts[account].word;
        uint256[7] memory said = _ask(ICityToken.accountOf.selector, uint160(account));
        if (said[1] == 0) return 0;
        (uint256 balance, Kind kind) = (said[0], Kind(said[1]));
        // slither-disable-next-line timestamp (addresses are compared)
        if (account == treasury) {
            // Here from the beginning, with nothing.
            if (word.balance() != 0) return 0;
        } else {
            if (!word.isBlank()) return 0;
            _open(account, kind);
            word = AccountWords.fresh(kind);
        }
        address to = address(0);
        if (said[2] != 0) (word, to) = _carryFreeze(account, word);
        _accounts[account].word = word.credited(balance);
        if (balance != 0) emit Transfer(address(0), account, balance);
        won = balance;
        if (to != address(0)) won += _carry(to);
    }

    /// @dev Frozen, or retired: an account that was recovered is frozen, too.
    /// @return frozen the account's word
    /// @return to where a retired account's won went; otherwise zero
    function _carryFreeze(address account, AccountWord word) private returns (AccountWord frozen, address to) {
        uint256[7] memory said = _ask(ICityToken.recoveryOf.selector, uint160(account));
        if (said[2] == 0) {
            emit FrozenSet(account, true);
            return (word.withFrozen(true), address(0));
        }
        to = address(uint160(said[0]));
        (recoveryOf[account].to, recoveryOf[account].finished) = (to, true);
        emit Recovered(account, to, 0);
        return (word.retired(), to);
    }
}
