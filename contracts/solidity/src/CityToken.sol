// SPDX-License-Identifier: MIT
//
// Three things are true of this contract after every call, and its tests try to make them false:
//
//   1. The balances of all accounts sum to `totalSupply`.
//   2. What is issued in a fiscal year never exceeds the cap that two officials signed for.
//   3. No (payer, nonce) takes effect twice.
//
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {ShortString, ShortStrings} from "@openzeppelin/contracts/utils/ShortStrings.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {AccountWord, AccountWords, Kind} from "./AccountWord.sol";
import {Budgets} from "./Budgets.sol";
import {PaymentBatch} from "./PaymentBatch.sol";
import {PaymentMessage, PaymentMessages} from "./PaymentMessage.sol";

/// @title A city's own money: one token is one won
/// @notice To readers an ERC-20; to movers a closed circuit. Won move only by a message that their owner signed, and
/// the kinds of the two accounts decide whether the one may pay the other. Won come only by `issue`, within a budget.
/// @dev The only calls that leave this contract go to precompiles, so nothing can re-enter it. The EIP-712 domain is
/// OpenZeppelin's: fixed at construction, and computed anew where the chain's id has changed since – after a split of
/// the chain a signature is good on one side only. Name and symbol have at most 31 bytes each.
contract CityToken is IERC20Metadata, Budgets, Pausable {
    /// @notice Why a payment of a batch was refused. The numbers stand in the books: never renumber. A payment refused
    /// with 4 to 9 was validly signed by an account of ours and has used its nonce up: it can never settle.
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

    /// @notice One recipient of an issue.
    struct Recipient {
        address to;
        uint256 amount;
    }

    /// @dev An account in storage: a struct of one word, so that a pointer to it can be held while it is read and written.
    struct Account {
        AccountWord word;
    }

    /// @dev A batch while it is read: what every payment needs, and what has come of those before it.
    struct Batch {
        bytes32 id;
        PaymentMessage message;
        uint256 index;
        uint256 refused;
        uint256 total;
    }

    bytes32 private constant ISSUER = "issuer";
    bytes32 private constant SETTLER = "settler";
    bytes32 private constant REGISTRAR = "registrar";
    bytes32 private constant GUARDIAN = "guardian";

    /// @dev The bits of the matrix that name the kind None, as payer (0 to 3) or as payee (0, 4, 8, 12).
    uint16 private constant KINDS_NONE = 0x111f;

    /// @dev The first after `Pausable`'s flag, so that both lie in one slot: `settle` reads them together.
    address public settler;
    /// @notice May open programmes and issue within them.
    address public issuer;
    /// @notice May register accounts and freeze them.
    address public registrar;
    /// @notice May pause and unpause.
    address public guardian;

    /// @notice The account to which shops pay the won that they redeem.
    address public immutable treasury;
    /// @notice Who may pay whom: bit (payer's kind * 4 + payee's kind).
    uint16 public immutable kindsAllowed;

    ShortString private immutable _symbol;

    /// @inheritdoc IERC20Metadata
    uint8 public constant override decimals = 0;
    /// @notice All won that exist.
    uint256 public totalSupply;

    /// @notice Whether an issue with this id has been made.
    mapping(bytes32 issueId => bool) public issueUsed;

    mapping(address account => Account) private _accounts;

    /// @notice A payment of the batch was refused; `index` counts the records of the whole batch from 0.
    event Refused(bytes32 indexed batchId, uint256 index, Refusal reason);
    /// @notice The last word on a batch; `total` is what was moved, in won.
    event BatchSettled(bytes32 indexed batchId, uint256 settled, uint256 refused, uint256 total);
    /// @notice Won were made for `to`.
    event Issued(bytes32 indexed issueId, uint256 indexed programme, uint256 index, address to, uint256 amount);
    /// @notice A recipient who is no account of ours was passed over.
    event IssueSkipped(bytes32 indexed issueId, uint256 index, address to, uint256 amount);
    /// @notice A new account.
    event Registered(address indexed account, Kind kind);
    /// @notice The account may no longer pay, or may again. It receives all the while.
    event FrozenSet(address indexed account, bool frozen);

    /// @notice The caller does not hold the role.
    error NotAuthorised(address caller, bytes32 role);
    /// @notice Won move by signed payments only.
    error UseSignedPayment();
    /// @notice The matrix says that somebody may pay, or be paid, who is no account.
    error KindsAllowedWrong(uint16 kindsAllowed);
    /// @notice An issue has at least one recipient.
    error Empty();
    /// @notice Nobody is issued zero won.
    error AmountZero(uint256 index);
    /// @notice An issue with this id has been made.
    error IssueIdUsed(bytes32 issueId);
    /// @notice The supply would pass 96 bits, which is what a balance can hold.
    error SupplyTooLarge(uint256 asked);
    /// @notice One registers residents (1) and shops (2).
    error KindNotForRegistration(uint8 kind);
    /// @notice The account has another kind, and a kind never changes.
    error KindFixed(address account);
    /// @notice No such account is registered.
    error UnknownAccount(address account);

    modifier only(address holder, bytes32 role) {
        if (msg.sender != holder) revert NotAuthorised(msg.sender, role);
        _;
    }

    /// @param officials_ the two founding officials, who sign the first budgets and hand over by `rotateOfficial`
    /// @param kindsAllowed_ who may pay whom: bit (payer's kind * 4 + payee's kind)
    constructor(
        string memory name_,
        string memory symbol_,
        address[2] memory officials_,
        address issuer_,
        address settler_,
        address registrar_,
        address guardian_,
        address treasury_,
        uint16 kindsAllowed_
    ) EIP712(name_, "1") Budgets(officials_) {
        if (
            issuer_ == address(0) || settler_ == address(0) || registrar_ == address(0) || guardian_ == address(0)
                || treasury_ == address(0)
        ) revert ZeroAddress();
        if (kindsAllowed_ & KINDS_NONE != 0) revert KindsAllowedWrong(kindsAllowed_);
        _symbol = ShortStrings.toShortString(symbol_);
        issuer = issuer_;
        settler = settler_;
        registrar = registrar_;
        guardian = guardian_;
        treasury = treasury_;
        kindsAllowed = kindsAllowed_;
        _accounts[treasury_].word = AccountWords.fresh(Kind.Treasury);
        emit Registered(treasury_, Kind.Treasury);
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

    /// @notice What every signature for this contract is bound to.
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @notice The account's won.
    function balanceOf(address account) external view returns (uint256) {
        return _accounts[account].word.balance();
    }

    /// @notice All that is known of an account; kind 0 says that it is none.
    function accountOf(address account)
        external
        view
        returns (uint256 balance, Kind kind, bool frozen, uint64 highestNonce, uint64 window)
    {
        AccountWord word = _accounts[account].word;
        return (word.balance(), word.kind(), word.isFrozen(), word.highestNonce(), word.nonceWindow());
    }

    /// @notice Always zero: nobody spends for another.
    function allowance(address, address) external pure returns (uint256) {
        return 0;
    }

    // ---- The movers of ERC-20, all closed ------------------------------------------------------------------------

    /// @notice Always reverts.
    function transfer(address, uint256) external pure returns (bool) {
        revert UseSignedPayment();
    }

    /// @notice Always reverts.
    function approve(address, uint256) external pure returns (bool) {
        revert UseSignedPayment();
    }

    /// @notice Always reverts.
    function transferFrom(address, address, uint256) external pure returns (bool) {
        revert UseSignedPayment();
    }

    // ---- Payments ------------------------------------------------------------------------------------------------

    /// @notice Settle a batch of signed payments, grouped by payee. Each stands alone: a bad one is refused and the
    /// others go on. Only a batch that can't be read reverts, whole.
    /// @param batchId names the batch in the events; it has no further meaning here
    /// @param payments groups of payments, packed as PaymentBatch.sol says
    function settle(bytes32 batchId, bytes calldata payments) external only(settler, SETTLER) whenNotPaused {
        Batch memory batch;
        batch.id = batchId;
        batch.message = PaymentMessages.inDomain(_domainSeparatorV4());

        uint256 offset = 0;
        do {
            offset = _settleGroup(batch, payments, offset);
        } while (offset < payments.length);

        emit BatchSettled(batchId, batch.index - batch.refused, batch.refused, batch.total);
    }

    /// @dev Settle the group that begins at `offset`; return where the next one begins. The payee is credited at the
    /// end, in one write: it can't pay in its own group (SelfPayment), so nobody reads its balance before that.
    function _settleGroup(Batch memory batch, bytes calldata payments, uint256 offset) private returns (uint256 end) {
        PaymentMessage memory message = batch.message;
        uint256 scheme;
        uint256 position;
        (message.payee, scheme, position, end) = PaymentBatch.readHeader(payments, offset);
        address payee = message.payee;
        Account storage payeeAccount = _accounts[payee];
        uint256 payersAllowed = _payersAllowed(payeeAccount.word);
        uint256 index = batch.index;
        uint256 received = 0;
        unchecked {
            // `position` is at most the length of calldata; a batch has fewer records than bytes; and a sum of fewer
            // than 2**64 amounts of 48 bits each has fewer than 112 bits.
            for (; position < end; ++index) {
                address payer;
                (payer, position) = PaymentBatch.readRecord(message, payments, position, scheme);
                Refusal refusal = _debit(payer, payersAllowed, message);
                if (refusal == Refusal.None) {
                    received += message.amount;
                    emit Transfer(payer, payee, message.amount);
                } else {
                    ++batch.refused;
                    emit Refused(batch.id, index, refusal);
                }
            }
            batch.index = index;
            batch.total += received;
        }
        if (received != 0) payeeAccount.word = payeeAccount.word.credited(received);
    }

    /// @dev Take the message's amount from its payer, or say why not. Either way a good nonce of an account of ours is
    /// used up, in the same one write.
    /// @param payersAllowed which kinds may pay this payee (_payersAllowed)
    function _debit(address payer, uint256 payersAllowed, PaymentMessage memory message)
        private
        returns (Refusal refusal)
    {
        Account storage account = _accounts[payer];
        AccountWord word = account.word;
        // The zero address, which stands for an invalid signature, is never registered: one check finds both.
        if (!word.isRegistered()) return payer == address(0) ? Refusal.SignatureInvalid : Refusal.PayerUnknown;
        bool good;
        (good, word) = word.withNonceUsed(message.nonce);
        if (!good) return Refusal.NonceUsed;
        refusal = _objection(payer, payersAllowed, word, message);
        account.word = refusal == Refusal.None ? word.debited(message.amount) : word;
    }

    /// @dev The first reason, in the order of their numbers, why this payment must not be made.
    function _objection(address payer, uint256 payersAllowed, AccountWord word, PaymentMessage memory message)
        private
        view
        returns (Refusal)
    {
        if (block.timestamp > message.expires) return Refusal.Expired;
        if (word.isFrozen()) return Refusal.PayerFrozen;
        if ((payersAllowed >> (word.kindNumber() << 2)) & 1 == 0) return Refusal.PaymentNotAllowed;
        if (payer == message.payee) return Refusal.SelfPayment;
        if (message.amount == 0) return Refusal.AmountZero;
        if (message.amount > word.balance()) return Refusal.BalanceTooLow;
        return Refusal.None;
    }

    /// @dev Which kinds may pay this payee: bit (payer's kind * 4). None, where the payee is no account: the matrix
    /// has no bit there.
    function _payersAllowed(AccountWord payee) private view returns (uint256) {
        return kindsAllowed >> payee.kindNumber();
    }

    // ---- Issuing -------------------------------------------------------------------------------------------------

    /// @notice Open a programme within a year's budget, or change its cap.
    function setProgramme(uint256 programme, uint256 year, uint256 cap) external only(issuer, ISSUER) {
        _setProgramme(programme, year, cap);
    }

    /// @notice Make won for the recipients, within the caps of the programme's year and of the programme. Whoever is no
    /// account is passed over and not counted; a frozen account receives.
    /// @param issueId good for one issue ever, whoever sends it again
    function issue(bytes32 issueId, uint256 programme, Recipient[] calldata recipients)
        external
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
            Recipient calldata recipient = recipients[i];
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
    function _sumForAccounts(Recipient[] calldata recipients) private view returns (uint256 sum) {
        for (uint256 i = 0; i < recipients.length; ++i) {
            if (recipients[i].amount == 0) revert AmountZero(i);
            if (!_accounts[recipients[i].to].word.isRegistered()) continue;
            sum = Math.saturatingAdd(sum, recipients[i].amount);
        }
    }

    // ---- Accounts ------------------------------------------------------------------------------------------------

    /// @notice Register residents (kind 1) or shops (kind 2). An account that has this kind already is left as it is,
    /// so that the same call may be sent twice.
    function register(address[] calldata accounts, uint8 kind) external only(registrar, REGISTRAR) {
        if (kind != uint8(Kind.Resident) && kind != uint8(Kind.Shop)) revert KindNotForRegistration(kind);
        Kind wanted = Kind(kind);
        for (uint256 i = 0; i < accounts.length; ++i) {
            address account = accounts[i];
            if (account == address(0)) revert ZeroAddress();
            Kind known = _accounts[account].word.kind();
            if (known == wanted) continue;
            if (known != Kind.None) revert KindFixed(account);
            _accounts[account].word = AccountWords.fresh(wanted);
            emit Registered(account, wanted);
        }
    }

    /// @notice Stop an account's outgoing won, or let them go again. It receives all the while.
    function setFrozen(address account, bool frozen) external only(registrar, REGISTRAR) {
        AccountWord word = _accounts[account].word;
        if (!word.isRegistered()) revert UnknownAccount(account);
        _accounts[account].word = word.withFrozen(frozen);
        emit FrozenSet(account, frozen);
    }

    // ---- Stopping ------------------------------------------------------------------------------------------------

    /// @notice Stop `settle` and `issue`. Reading, registering, freezing and budgets go on.
    function pause() external only(guardian, GUARDIAN) {
        _pause();
    }

    /// @notice Let `settle` and `issue` go on.
    function unpause() external only(guardian, GUARDIAN) {
        _unpause();
    }
}
