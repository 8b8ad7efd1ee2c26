// SPDX-License-Identifier: MIT
//
// Three things are true of this contract after every call, and its tests try to make them false:
//
//   1. The balances of all accounts sum to `totalSupply`.
//   2. What is issued in a fiscal year, less what was cancelled, never exceeds the cap that two officials signed for.
//   3. No (payer, nonce) takes effect twice.
//
// A balance falls only by its owner's signature (`settle`, `cancel`), by a burn that a rule of the city calls for
// (`redeem`, `lapse`), or by a recovery.
//
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {AccountWord, Kind} from "./AccountWord.sol";
import {ICityToken} from "./ICityToken.sol";
import {IssuesAndBurns} from "./IssuesAndBurns.sol";
import {Officials} from "./Officials.sol";
import {PaymentBatch} from "./PaymentBatch.sol";
import {PaymentMessage, PaymentMessages} from "./PaymentMessage.sol";
import {Recovery} from "./Recovery.sol";
import {Roles} from "./Roles.sol";

/// @notice What a city's contract is born with.
/// @param name, symbol of the token, at most 31 bytes each; the name is that of the EIP-712 domain, too
/// @param officials the two founding officials, who sign the first budgets and hand over by `rotateOfficial`
/// @param issuer, settler, registrar, guardian who hold the roles, until two officials give them to others
/// @param treasury an account of that kind from the beginning; its key is the city's
/// @param kindsAllowed who may pay whom: bit (payer's kind * 4 + payee's kind)
/// @param recoveryDelay seconds between the start of a recovery and its end, an hour at least
struct Founding {
    string name;
    string symbol;
    address[2] officials;
    address issuer;
    address settler;
    address registrar;
    address guardian;
    address treasury;
    uint16 kindsAllowed;
    uint64 recoveryDelay;
}

/// @notice What a closed contract asks of its successor.
interface CityTokenSuccession {
    /// @notice Whether everything has been carried over.
    function isFinished() external view returns (bool);
}

/// @title A city's own money: one token is one won
/// @notice To readers an ERC-20; to movers a closed circuit. Won move only by a message that their owner signed, and
/// the kinds of the two accounts decide whether the one may pay the other. Won come only by `issue`, within a budget.
/// @dev The only calls that leave this contract go to precompiles, so nothing can re-enter it; only a closed one may ask
/// its successor something. The EIP-712 domain is OpenZeppelin's: fixed at construction, and computed anew where the
/// chain's id has changed since – after a split of the chain a signature is good on one side only.
contract CityToken is IssuesAndBurns {
    /// @notice Why a payment of a batch was refused: the first reason that holds, in the order of their numbers, which
    /// stand in the books: never renumber. A payment refused with 4 to 9 was validly signed by an account of ours and has
    /// used its nonce up: it can never settle.
    enum Refusal {
        None, // settled
        SignatureInvalid, // yields no signer, or has the high s
        PayerUnknown, // the signer is no account of ours: it has no nonce to use up
        NonceUsed, // used before, or too old to tell
        Expired, // the block's time is past `expires`
        PayerFrozen,
        PaymentNotAllowed, // the matrix of kinds says no, or the payee is no account of ours
        SelfPayment,
        AmountZero,
        BalanceTooLow
    }

    /// @dev A batch while it is read: what every payment needs, and what has come of those before it.
    /// @param begin, end where it lies in calldata
    /// @param matrix who may pay whom, read from storage once
    /// @param payersAllowed which kinds may pay the payee of the group at hand: bit (payer's kind * 4)
    /// @param index of the first record of the group at hand, in the whole batch
    struct Batch {
        bytes32 id;
        uint256 begin;
        uint256 end;
        PaymentMessage message;
        uint256 matrix;
        uint256 payersAllowed;
        uint256 index;
        uint256 refused;
        uint256 total;
    }

    /// @dev The bits of the matrix that name the kind None, as payer (0 to 3) or as payee (0, 4, 8, 12).
    uint16 private constant KINDS_NONE = 0x111f;

    /// @dev The highest s that is low, as in Signatures.sol.
    uint256 private constant SECP256K1_HIGHEST_S = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;
    uint256 private constant P256_HIGHEST_S = 0x7FFFFFFF800000007FFFFFFFFFFFFFFFDE737D56D38BCF4279DCE5617E3192A8;
    /// @dev keccak256("Transfer(address,address,uint256)"): assembly takes numbers only.
    uint256 private constant TRANSFER_TOPIC = 0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef;

    /// @notice The EIP-712 type of what two officials sign to change who may pay whom.
    bytes32 internal constant SET_KINDS_ALLOWED_TYPEHASH =
        keccak256("SetKindsAllowed(uint256 kindsAllowed,uint256 version,uint256 deadline)");
    /// @notice The EIP-712 type of what two officials sign to close the contract.
    bytes32 internal constant CLOSE_TYPEHASH =
        keccak256("Close(address successor,bytes32 successorCode,bytes32 snapshot,uint256 version,uint256 deadline)");

    /// @dev For the successor's answer, which takes some 7,000. Nobody can have a finished one taken for another by
    /// sending too little: what is left of that is a 64th of it, too little for the signatures.
    uint256 private constant ANSWER_GAS = 100_000;

    ShortString private immutable _symbol;

    /// @inheritdoc IERC20Metadata
    uint8 public constant override decimals = 0;

    /// @inheritdoc ICityToken
    address public override successor;
    /// @inheritdoc ICityToken
    bytes32 public override snapshot;

    /// @notice A payment of the batch was refused; `index` counts the records of the whole batch from 0.
    event Refused(bytes32 indexed batchId, uint256 index, Refusal reason);

    constructor(Founding memory founding)
        EIP712(founding.name, "1")
        Officials(founding.officials)
        Roles(founding.issuer, founding.settler, founding.registrar, founding.guardian)
        Recovery(founding.recoveryDelay)
    {
        if (founding.treasury == address(0)) revert ZeroAddress();
        _setKindsAllowed(founding.kindsAllowed);
        _symbol = ShortStrings.toShortString(founding.symbol);
        treasury = founding.treasury;
        _open(founding.treasury, Kind.Treasury);
    }

    // ---- Reading -------------------------------------------------------------------------------------------------

    /// @inheritdoc IERC20Metadata
    function name() external view returns (string memory) {
        return _EIP712Name();
    }

    /// @inheritdoc IERC20Metadata
    function symbol() external view returns (string memory) {
        return ShortStrings.toString(_symbol);
    }

    /// @inheritdoc ICityToken
    // slither-disable-next-line naming-convention (as there)
    function DOMAIN_SEPARATOR() external view override returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc ICityToken
    function allowance(address, address) external pure override returns (uint256) {
        return 0;
    }

    // ---- The movers of ERC-20, all closed ------------------------------------------------------------------------

    /// @inheritdoc ICityToken
    function transfer(address, uint256) external pure override returns (bool) {
        revert UseSignedPayment();
    }

    /// @inheritdoc ICityToken
    function approve(address, uint256) external pure override returns (bool) {
        revert UseSignedPayment();
    }

    /// @inheritdoc ICityToken
    function transferFrom(address, address, uint256) external pure override returns (bool) {
        revert UseSignedPayment();
    }

    // ---- Payments ------------------------------------------------------------------------------------------------

    /// @inheritdoc ICityToken
    function settle(bytes32 batchId, bytes calldata payments) external override only(settler, SETTLER) whenNotPaused {
        // slither-disable-next-line uninitialized-local (memory begins with zeros, which is what the counts begin with)
        Batch memory batch;
        batch.id = batchId;
        batch.message = PaymentMessages.inDomain(_domainSeparatorV4());
        batch.matrix = kindsAllowed;
        (batch.begin, batch.end) = PaymentBatch.placesOf(payments);
        uint256 position = batch.begin;
        do {
            position = _settleGroup(batch, position);
        } while (position < batch.end);

        emit BatchSettled(batchId, batch.index - batch.refused, batch.refused, batch.total);
    }

    /// @dev Settle the group at `position` and return where the next one begins. The payee is credited at the end, in one
    /// write: it can't pay in its own group (SelfPayment), so nobody reads its balance before that.
    function _settleGroup(Batch memory batch, uint256 position) private returns (uint256) {
        (address payee, uint256 scheme, uint256 begin, uint256 end) =
            PaymentBatch.readHeader(position, batch.begin, batch.end);
        batch.message.payee = payee;
        Account storage account = _accounts[payee];
        // None, where the payee is no account: the matrix has no bit there.
        batch.payersAllowed = batch.matrix >> account.word.kindNumber();
        uint256 received = _settleRecords(batch, scheme, begin, end);
        // Read anew: a payee who tried to pay itself in its own group has used a nonce up.
        if (received != 0) account.word = account.word.credited(received);
        unchecked {
            batch.total += received; // fewer than 2**64 amounts of 48 bits each have fewer than 112 bits
            batch.index += (end - begin) / PaymentBatch.recordBytes(scheme);
        }
        return end;
    }

    /// @return received what the payee is to be credited
    function _settleRecords(Batch memory batch, uint256 scheme, uint256 begin, uint256 end)
        private
        returns (uint256 received)
    {
        uint256 position = begin;
        unchecked {
            // Places in calldata are small, and amounts have 48 bits each.
            while (true) {
                uint256 moved;
                (position, moved) = _payOrdinarily(batch.message, batch.payersAllowed, scheme, position, end);
                received += moved;
                if (position == end) return received;
                address payer = PaymentBatch.readRecord(batch.message, position, scheme);
                uint256 length = PaymentBatch.recordBytes(scheme);
                received += _pay(batch, payer, (position - begin) / length);
                position += length;
            }
        }
    }

    /// @dev Settle records from `begin` to the first that is not ordinary. Ordinary is a good signature with the low s,
    /// in time, with a nonce above the payer's highest, of an account that is not frozen, whose kind may pay the payee,
    /// who is somebody else, and whose balance covers an amount above zero.
    /// @dev By hand, because it is nearly all that a payment costs above the protocol's own prices: in readable Solidity
    /// a payment costs some 600 gas more. It decides nothing of its own. What is not ordinary it leaves to `readRecord`
    /// and `_pay`, which know every rule and are its twin: a contract that overrides this by nothing does the same for
    /// more gas, to which the tests hold it (PlainCityToken.sol).
    /// @param begin, end where records lie in calldata, all of them within it (readHeader)
    /// @return position of the first record that is not ordinary, or `end`
    /// @return received the sum of what was moved
    function _payOrdinarily(
        PaymentMessage memory message,
        uint256 payersAllowed,
        uint256 scheme,
        uint256 begin,
        uint256 end
    ) internal virtual returns (uint256 position, uint256 received) {
        // The bytes of a record are PaymentBatch's, those of a message PaymentMessage's, the bits of a word
        // AccountWord's. The precompiles' inputs lie beyond the free memory pointer, which is left where it is.
        // slither-disable-next-line assembly
        assembly ("memory-safe") {
            for { position := begin } lt(position, end) { position := add(position, add(80, shl(6, scheme))) } {
                {
                    let terms := calldataload(add(position, 0x40))
                    mstore(add(message, 0x80), shr(208, terms)) // amount
                    mstore(add(message, 0xa0), and(shr(168, terms), 0xffffffffff)) // nonce
                    mstore(add(message, 0xc0), and(shr(128, terms), 0xffffffffff)) // expires
                }
                // What a precompile that finds no signer leaves behind. The zero address is no account.
                mstore(0x00, 0)
                {
                    let input := mload(0x40)
                    let s := calldataload(add(position, 0x20))
                    switch scheme
                    case 0 {
                        mstore(add(message, 0x120), keccak256(add(message, 0x40), 0xa0)) // structHash
                        mstore(input, keccak256(add(message, 0xfe), 0x42))
                        mstore(add(input, 0x20), add(27, shr(255, s)))
                        s := shr(1, shl(1, s))
                        mstore(add(input, 0x40), calldataload(position))
                        mstore(add(input, 0x60), s)
                        pop(staticcall(gas(), 0x01, input, 0x80, 0x00, 0x20))
                        if gt(s, SECP256K1_HIGHEST_S) { break }
                    }
                    default {
                        if iszero(staticcall(gas(), 0x02, add(message, 0x1e), 0xc2, input, 0x20)) { break }
                        mstore(add(input, 0x20), calldataload(position))
                        mstore(add(input, 0x40), s)
                        calldatacopy(add(input, 0x60), add(position, 0x50), 0x40)
                        pop(staticcall(gas(), 0x100, input, 0xa0, 0x00, 0x20))
                        if or(gt(s, P256_HIGHEST_S), iszero(mload(0x00))) { break }
                        mstore(0x00, and(keccak256(add(input, 0x60), 0x40), 0xffffffffffffffffffffffffffffffffffffffff))
                    }
                }
                mstore(0x20, _accounts.slot)
                let slot := keccak256(0x00, 0x40)
                let word := sload(slot)
                let nonce := mload(add(message, 0xa0))
                {
                    let amount := mload(add(message, 0x80))
                    // Frozen: its bit lies above the kind's two, so all 16 bits of the matrix are shifted out.
                    let good := shr(and(shr(94, word), 0x1c), payersAllowed)
                    // 0 < amount <= balance: an amount of 0, less 1, is the greatest number there is.
                    good := and(good, lt(sub(amount, 1), and(word, 0xffffffffffffffffffffffff)))
                    good := and(good, gt(nonce, and(shr(128, word), 0xffffffffffffffff)))
                    good := and(good, iszero(gt(timestamp(), mload(add(message, 0xc0)))))
                    if iszero(and(good, iszero(eq(mload(0x00), mload(add(message, 0x60)))))) { break }
                    received := add(received, amount)
                }
                {
                    // From the bottom: balance less the amount, kind and flags; the nonce; the window, of which the
                    // nonces below the new one move up.
                    let window := shl(sub(nonce, and(shr(128, word), 0xffffffffffffffff)), shr(192, word))
                    word := sub(and(word, 0xffffffffffffffffffffffffffffffff), mload(add(message, 0x80)))
                    sstore(slot, or(or(word, shl(128, nonce)), shl(192, or(window, 1))))
                }
                log3(add(message, 0x80), 0x20, TRANSFER_TOPIC, mload(0x00), mload(add(message, 0x60)))
            }
        }
    }

    /// @dev Take the message's amount from its payer. The payee is credited at the end of the group.
    /// @param index of the record in its group
    /// @return moved the amount; 0 where the payment was refused, which no settled payment moves
    function _pay(Batch memory batch, address payer, uint256 index) private returns (uint256 moved) {
        PaymentMessage memory message = batch.message;
        Account storage account = _accounts[payer];
        (Refusal refusal, AccountWord paid) = _paid(batch.payersAllowed, message, payer, account.word);
        account.word = paid;
        if (refusal != Refusal.None) {
            unchecked {
                ++batch.refused; // fewer than there are records
                emit Refused(batch.id, batch.index + index, refusal);
            }
            return 0;
        }
        moved = message.amount;
        emit Transfer(payer, message.payee, moved);
    }

    /// @dev What is to become of this payment, by every rule in turn: the payer's word after it, or why not. Either way
    /// a good nonce of an account of ours is used up.
    function _paid(uint256 payersAllowed, PaymentMessage memory message, address payer, AccountWord word)
        private
        view
        returns (Refusal refusal, AccountWord paid)
    {
        // The zero address, which stands for an invalid signature, is never registered: one check finds both.
        if (!word.isRegistered()) {
            return (payer == address(0) ? Refusal.SignatureInvalid : Refusal.PayerUnknown, word);
        }
        bool good;
        (good, paid) = word.withNonceUsed(message.nonce);
        if (!good) return (Refusal.NonceUsed, word);
        refusal = _objection(payersAllowed, message, payer, word);
        if (refusal == Refusal.None) paid = paid.debited(message.amount);
    }

    /// @dev The first reason, in the order of their numbers, why this payment must not be made.
    function _objection(uint256 payersAllowed, PaymentMessage memory message, address payer, AccountWord word)
        private
        view
        returns (Refusal)
    {
        // Seconds more or less: an authorisation is good for weeks.
        // slither-disable-next-line timestamp
        if (block.timestamp > message.expires) return Refusal.Expired;
        if (word.isFrozen()) return Refusal.PayerFrozen;
        if ((payersAllowed >> (word.kindNumber() << 2)) & 1 == 0) return Refusal.PaymentNotAllowed;
        if (payer == message.payee) return Refusal.SelfPayment;
        if (message.amount == 0) return Refusal.AmountZero;
        if (message.amount > word.balance()) return Refusal.BalanceTooLow;
        return Refusal.None;
    }

    // ---- The city's switches -------------------------------------------------------------------------------------

    /// @inheritdoc ICityToken
    function setKindsAllowed(
        uint256 kindsAllowed_,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external override {
        _countAct(version);
        _twoOfficials(
            abi.encode(SET_KINDS_ALLOWED_TYPEHASH, kindsAllowed_, version, deadline), deadline, signatureA, signatureB
        );
        _setKindsAllowed(kindsAllowed_);
    }

    function _setKindsAllowed(uint256 kindsAllowed_) private {
        if (kindsAllowed_ > type(uint16).max || kindsAllowed_ & KINDS_NONE != 0) {
            revert KindsAllowedWrong(kindsAllowed_);
        }
        kindsAllowed = uint16(kindsAllowed_);
        emit KindsAllowedSet(uint16(kindsAllowed_));
    }

    // ---- The end -------------------------------------------------------------------------------------------------

    /// @inheritdoc ICityToken
    function close(
        address successor_,
        bytes32 successorCode,
        bytes32 snapshot_,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external override whenPaused {
        _countAct(version);
        if (!closed) _requireOpen();
        else if (_isFinished(successor)) revert Closed();
        _signedByTwo(
            abi.encode(CLOSE_TYPEHASH, successor_, successorCode, snapshot_, version, deadline),
            deadline,
            signatureA,
            signatureB
        );
        // What stands there can't change any more: the officials have seen the very code that will answer.
        if (successor_ == address(this) || successor_.code.length == 0 || successor_.codehash != successorCode) {
            revert SuccessorWrong(successor_);
        }
        closed = true;
        successor = successor_;
        snapshot = snapshot_;
        emit ContractClosed(successor_, successorCode, snapshot_);
    }

    /// @dev Whether everything has been carried over to this address. What can't say so in one word and within its gas is
    /// not finished: the officials have named the wrong one.
    function _isFinished(address successor_) private view returns (bool finished) {
        bytes4 question = CityTokenSuccession.isFinished.selector;
        // By hand: Solidity would copy an answer of any length, and revert for ever where it is no bool.
        // slither-disable-next-line assembly
        assembly ("memory-safe") {
            mstore(0x00, question)
            finished := staticcall(ANSWER_GAS, successor_, 0x00, 0x04, 0x00, 0x20)
            finished := and(and(finished, eq(returndatasize(), 0x20)), eq(mload(0x00), 1))
        }
    }
}
