// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";

import {Kind} from "./AccountWord.sol";
import {Issuance} from "./Issuance.sol";

/// @title A city's contract to those who call it or read its logs: its functions, events and errors
/// @notice To readers it is an ERC-20 (IERC20Metadata). Not here are what OpenZeppelin declares, `eip712Domain` (IERC5267)
/// and `paused` with its events and errors (Pausable), and two things that stand beside what they name: the event
/// `Refused` (CityToken.sol) and the error `MalformedBatch` (PaymentBatch.sol).
/// @dev An enum or a struct moved here would be called another in the ABI (`enum CityToken.Refusal`), and the ABI is in use.
interface ICityToken is IERC20Metadata {
    // ---- The movers of ERC-20, all closed ---------------------------------------------------------------------------

    /// @notice Always zero: nobody spends for another.
    function allowance(address owner, address spender) external view override returns (uint256);

    /// @notice Always reverts.
    function transfer(address to, uint256 amount) external override returns (bool);

    /// @notice Always reverts.
    function approve(address spender, uint256 amount) external override returns (bool);

    /// @notice Always reverts.
    function transferFrom(address from, address to, uint256 amount) external override returns (bool);

    // ---- Signed acts ------------------------------------------------------------------------------------------------

    /// @notice The zero address was given where somebody must stand.
    error ZeroAddress();
    /// @notice A signature is empty.
    error SignatureMissing();
    /// @notice A signature has neither 64 bytes (secp256k1) nor 128 (P-256).
    error SignatureMalformed();
    /// @notice A P-256 signature does not fit its key and this message, or has the high s.
    error SignatureInvalidP256();
    /// @notice What was signed was to be sent by this time.
    error DeadlinePassed(uint256 deadline);

    /// @notice What every signature for this contract is bound to.
    // slither-disable-next-line naming-convention (the name that EIP-2612 gave it, by which wallets ask)
    function DOMAIN_SEPARATOR() external view returns (bytes32);

    // ---- Officials --------------------------------------------------------------------------------------------------

    /// @notice `incoming` signs from now on, `outgoing` no longer does; zero where nobody comes, or nobody goes.
    event OfficialRotated(address indexed outgoing, address indexed incoming, uint256 version);

    /// @notice The signer (zero where a secp256k1 signature yields none), or the outgoing one, is no official now.
    error NotAnOfficial(address signer);
    /// @notice Both signatures are of one official.
    error SameOfficialTwice(address official);
    /// @notice The incoming official is one already.
    error AlreadyAnOfficial(address official);
    /// @notice What was signed is not the next version of the officials.
    error OfficialsVersionWrong(uint256 expected, uint256 given);
    /// @notice What was signed is not the next of the numbered acts.
    error ActsVersionWrong(uint256 expected, uint256 given);
    /// @notice There would be fewer than two officials.
    error TooFewOfficials();

    /// @notice Whether this address is one of the officials of the moment.
    function isOfficial(address account) external view returns (bool);

    /// @notice How many officials there are.
    function officialCount() external view returns (uint256);

    /// @notice How often the officials have changed.
    function officialsVersion() external view returns (uint256);

    /// @notice How many of the acts that are numbered in one row have been done: naming roles, switches, recoveries,
    /// closing.
    function actsVersion() external view returns (uint256);

    /// @notice Put `incoming` in the place of `outgoing`; add one (`outgoing` zero), or take one away (`incoming`
    /// zero). Anyone may send what two officials signed.
    /// @param outgoing an official now, or zero; may be one of the two who sign
    /// @param incoming no official now, or zero
    /// @param version `officialsVersion` so far, plus 1
    /// @param deadline the last second in which this may be sent
    /// @param signatureA of an official: 64 bytes (secp256k1, EIP-2098) or 128 (P-256: r, s, x, y)
    /// @param signatureB of another official, likewise
    function rotateOfficial(
        address outgoing,
        address incoming,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external;

    // ---- Roles ------------------------------------------------------------------------------------------------------

    /// @notice `incoming` may accept the role up to the second `until`; zero takes an earlier nomination back.
    event RoleNominated(bytes32 indexed role, address indexed incoming, uint64 until);
    /// @notice `incoming` holds the role from now on, `outgoing` no longer does. Zero is nobody.
    event RoleHandedOver(bytes32 indexed role, address indexed outgoing, address indexed incoming);

    /// @notice The caller does not hold the role, or has not been nominated for it.
    error NotAuthorised(address caller, bytes32 role);
    /// @notice There are four roles: "issuer", "settler", "registrar", "guardian".
    error UnknownRole(bytes32 role);
    /// @notice The contract is closed for good: ask its successor.
    error Closed();

    /// @notice Who may open programmes, issue within them, cancel with the holder, burn what is redeemed.
    function issuer() external view returns (address);

    /// @notice Who may settle batches.
    function settler() external view returns (address);

    /// @notice Who may register accounts and freeze them.
    function registrar() external view returns (address);

    /// @notice Who may pause and unpause.
    function guardian() external view returns (address);

    /// @notice Who has been nominated for a role and has not accepted yet; zero for nobody.
    /// @return incoming who may accept it
    /// @return until the last second in which they may
    function nominated(bytes32 role) external view returns (address incoming, uint64 until);

    /// @notice Nominate who shall hold a role; the holder goes on until `incoming` accepts. Anyone may send what two
    /// officials signed.
    /// @param role "issuer", "settler", "registrar" or "guardian", padded with zeros on the right
    /// @param incoming zero takes an earlier nomination back
    /// @param version `actsVersion` so far, plus 1
    /// @param deadline the last second in which this may be sent, and in which `incoming` may accept
    /// @param signatureA of an official: 64 bytes (secp256k1) or 128 (P-256)
    /// @param signatureB of another official, likewise
    function nominate(
        bytes32 role,
        address incoming,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external;

    /// @notice Take over the role for which the caller has been nominated.
    /// @param role as in `nominate`
    function acceptRole(bytes32 role) external;

    /// @notice Put the holder of a role out of it at once, for a key that is stolen; nobody holds the role until a
    /// nominated one accepts. An open nomination falls with it. Anyone may send what two officials signed.
    /// @param role as in `nominate`
    /// @param version `actsVersion` so far, plus 1
    /// @param deadline the last second in which this may be sent
    /// @param signatureA of an official: 64 bytes (secp256k1) or 128 (P-256)
    /// @param signatureB of another official, likewise
    function revokeRole(
        bytes32 role,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external;

    /// @notice Stop all movement of won but recovery. Reading, registering, freezing, budgets, roles and recovery go on.
    function pause() external;

    /// @notice Let won move again.
    function unpause() external;

    // ---- Accounts ---------------------------------------------------------------------------------------------------

    /// @notice A new account.
    event Registered(address indexed account, Kind kind);
    /// @notice The account may no longer pay, or may again. It receives all the while.
    event FrozenSet(address indexed account, bool frozen);

    /// @notice One registers residents (1) and shops (2).
    error KindNotForRegistration(uint8 kind);
    /// @notice The address has another kind, and a kind never changes; or it is kept for a recovery.
    error KindFixed(address account);
    /// @notice No such account is registered.
    error UnknownAccount(address account);
    /// @notice The account was recovered to another address: it is frozen for good.
    error AccountRetired(address account);
    /// @notice The account is frozen: it pays nobody, and its key is not heard.
    error AccountFrozen(address account);
    /// @notice The signature is not of the key that it has to be of.
    error SignerWrong(address expected, address signer);

    /// @notice What is known of an account. Of the two flags that are not here `recoveryOf` tells: an account is retired
    /// once the recovery of it is finished, and an address is reserved while one to it is under way.
    /// @return balance in won
    /// @return kind None (0) where there is no account
    /// @return frozen whether it may not pay; a retired account is frozen, too
    /// @return highestNonce the highest nonce used; 0 also where none has been
    /// @return window bit i says that the nonce (highestNonce - i) is used
    function accountOf(address account)
        external
        view
        returns (uint256 balance, Kind kind, bool frozen, uint64 highestNonce, uint64 window);

    /// @notice Register residents (kind 1) or shops (kind 2). An account that has this kind already is left as it is,
    /// so that the same call may be sent twice.
    /// @param accounts addresses of which nothing is known, or accounts of this kind
    /// @param kind of all of them
    function register(address[] calldata accounts, uint8 kind) external;

    /// @notice Stop an account's outgoing won, or let them go again. It receives all the while.
    function setFrozen(address account, bool frozen) external;

    // ---- Recovery ---------------------------------------------------------------------------------------------------

    /// @notice Two officials want the won of `from` to go to `to`, not before `readyAt`.
    event RecoveryStarted(address indexed from, address indexed to, uint256 readyAt);
    /// @notice The recovery will not be: the old key objected, or two officials took it back.
    event RecoveryCancelled(address indexed from, address indexed to);
    /// @notice `to` is the account now, with all won of `from`, which is retired.
    event Recovered(address indexed from, address indexed to, uint256 amount);
    /// @notice Won that were sent to a retired address went on to the one that took its place.
    event Swept(address indexed from, address indexed to, uint256 amount);

    /// @notice A recovery takes at least an hour, at most 64 bits of seconds.
    error RecoveryDelayWrong(uint256 delay);
    /// @notice There are as many new addresses as old ones, and at least one.
    error RecoveryListsWrong(uint256 from, uint256 to);
    /// @notice A recovery of this account is under way already.
    error RecoveryUnderWay(address from);
    /// @notice No recovery of this account is under way; or, when sweeping, none is done.
    error NoRecovery(address from);
    /// @notice The new address is an account, or has been chosen for another recovery.
    error RecoveryTargetTaken(address to);
    /// @notice The delay is not over.
    error RecoveryTooEarly(address from, uint256 readyAt);

    /// @notice How many seconds lie between the start of a recovery and its end: longer than any settlement takes.
    function recoveryDelay() external view returns (uint64);

    /// @notice The account to which shops pay the won that they redeem. Moves only by its own recovery.
    function treasury() external view returns (address);

    /// @notice What is known of the recovery of this (old) address; all zero where there is none. It stays when the recovery
    /// is finished, and an account is retired if it is.
    /// @return to the new address
    /// @return readyAt the first second in which it may be finished
    /// @return finished whether it is done
    /// @return frozenBefore whether the account was frozen when it was started: for as long as it is, its key is not heard
    function recoveryOf(address from)
        external
        view
        returns (address to, uint64 readyAt, bool finished, bool frozenBefore);

    /// @notice Start the recovery of from[i] to to[i]. The new addresses are empty and kept so until it ends. Anyone may
    /// send what two officials signed.
    /// @param from accounts, each without a recovery so far
    /// @param to as many addresses of which nothing is known
    /// @param version `actsVersion` so far, plus 1
    /// @param deadline the last second in which this may be sent
    /// @param signatureA of an official: 64 bytes (secp256k1) or 128 (P-256)
    /// @param signatureB of another official, likewise
    function startRecovery(
        address[] calldata from,
        address[] calldata to,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external;

    /// @notice Object to the recovery of one's own account, with its key. Anyone may send what the key signed.
    /// @param from the account. Its key is not heard where it was frozen before the start, and is still
    /// @param signature over CancelRecovery(from, to, readyAt), 64 bytes (secp256k1) or 128 (P-256)
    function cancelRecovery(address from, bytes calldata signature) external;

    /// @notice Take recoveries back. Anyone may send what two officials signed.
    /// @param from the old addresses of recoveries under way
    /// @param version `actsVersion` so far, plus 1
    /// @param deadline the last second in which this may be sent
    /// @param signatureA of an official: 64 bytes (secp256k1) or 128 (P-256)
    /// @param signatureB of another official, likewise
    function withdrawRecovery(
        address[] calldata from,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external;

    /// @notice End recoveries whose delay is over: the new address becomes an account of the same kind, with all won of
    /// the old one, not frozen. Anyone may call.
    /// @param from the old addresses of recoveries under way
    function finishRecovery(address[] calldata from) external;

    /// @notice Send on what was sent to retired addresses. Anyone may call; where there is nothing, nothing happens.
    /// @param from the old addresses of recoveries that are finished
    function sweep(address[] calldata from) external;

    // ---- Budgets and programmes -------------------------------------------------------------------------------------

    /// @notice A year's budget was opened (version 1) or amended by the two officials; or it was taken over from a
    /// predecessor, whose address stands in the place of both.
    event BudgetSet(
        uint256 indexed year,
        uint256 cap,
        bytes32 basis,
        uint256 version,
        uint256 starts,
        uint256 ends,
        address officialA,
        address officialB
    );
    /// @notice A programme was opened or taken over, or its share of the year's budget changed.
    event ProgrammeSet(uint256 indexed programme, uint256 indexed year, uint256 cap);

    /// @notice What was signed is not the next version of this budget.
    error BudgetVersionWrong(uint256 expected, uint256 given);
    /// @notice A budget's year is 1 to 9999.
    error BudgetYearWrong(uint256 year);
    /// @notice A budget starts before it ends, within 64 bits of seconds.
    error BudgetPeriodWrong(uint256 starts, uint256 ends);
    /// @notice A cap has at most 96 bits, as a balance has.
    error BudgetCapTooLarge(uint256 cap);
    /// @notice More than this cap has been issued already.
    error BudgetBelowIssued(uint256 cap, uint256 issued);
    /// @notice The year's programmes have been promised more than this cap.
    error BudgetBelowProgrammes(uint256 cap, uint256 programmed);
    /// @notice A budget bears the hash of its purpose, legal basis and attachment.
    error BudgetBasisMissing(uint256 year);
    /// @notice Nobody opened a budget for this year.
    error NoBudget(uint256 year);
    /// @notice Programme 0 is refused, so that a forgotten number names nothing.
    error UnknownProgramme(uint256 programme);
    /// @notice A programme belongs to one year for good.
    error ProgrammeYearFixed(uint256 programme, uint256 year);
    /// @notice More than this cap has been issued in the programme already.
    error ProgrammeBelowIssued(uint256 programme, uint256 cap, uint256 issued);
    /// @notice The year's programmes together would be promised `asked`, more than the budget's cap.
    error ProgrammesExceedBudget(uint256 year, uint256 cap, uint256 asked);
    /// @notice The time is outside the budget's first and last second.
    error IssueOutsideBudgetPeriod(uint256 year);
    /// @notice `asked` would be issued in the year in all, more than its cap.
    error CapExceeded(uint256 year, uint256 cap, uint256 asked);
    /// @notice `asked` would be issued in the programme in all, more than its cap.
    error ProgrammeCapExceeded(uint256 programme, uint256 cap, uint256 asked);
    /// @notice More would be cancelled than the programme has issued and not cancelled yet.
    error CancelExceedsIssued(uint256 programme, uint256 issued, uint256 asked);

    /// @notice A fiscal year's budget; all zero where there is none.
    /// @return cap the most that may be issued in the year
    /// @return issued what has been issued in it, less what was cancelled
    /// @return programmed the sum of the caps of the year's programmes
    /// @return version 1 when the budget is opened, one more with each amendment; 0 says that there is none
    /// @return starts the first second in which it may be issued
    /// @return ends the last one
    /// @return basis the hash of why: see `setBudget`
    function budgetOf(uint256 year)
        external
        view
        returns (
            uint256 cap,
            uint256 issued,
            uint256 programmed,
            uint256 version,
            uint256 starts,
            uint256 ends,
            bytes32 basis
        );

    /// @notice A programme's share of one year's budget; all zero where there is none.
    /// @return year the one whose budget it shares, for good; 0 says that there is no such programme
    /// @return cap the most that may be issued in the programme
    /// @return issued what has been issued in it, less what was cancelled
    function programmeOf(uint256 programme) external view returns (uint256 year, uint256 cap, uint256 issued);

    /// @notice Open a year's budget (version 1) or amend it. Anyone may send what two officials signed.
    /// @param year 1 to 9999
    /// @param starts the first second in which it may be issued
    /// @param ends the last one, later than the first
    /// @param cap in won, no less than has been issued and than the programmes have been promised
    /// @param basis the hash of why: SHA-256 over purpose, legal basis and the attachment's hash, as docs/contract.md
    /// says. The contract keeps and tells it, so that anybody can compare it with what the city publishes; never zero
    /// @param version the budget's version so far, plus 1: an older one played again is refused
    /// @param deadline the last second in which this may be sent
    /// @param signatureA of an official: 64 bytes (secp256k1, EIP-2098) or 128 (P-256: r, s, x, y)
    /// @param signatureB of the other official, likewise
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
    ) external;

    /// @notice Open a programme within a year's budget, or change its cap. Goes on in a pause.
    /// @param programme any number but 0
    /// @param year of a budget that is open; later the same again
    /// @param cap in won, no less than the programme has issued; all caps of a year are no more than its budget's
    function setProgramme(uint256 programme, uint256 year, uint256 cap) external;

    // ---- Issuing and burning ----------------------------------------------------------------------------------------

    /// @notice Won were made for `to`, which stands at `index` in the list of recipients.
    event Issued(bytes32 indexed issueId, uint256 indexed programme, uint256 index, address to, uint256 amount);
    /// @notice Won of `from` are no more; `index` is the place in the call's list, 0 for a cancellation. The programme is
    /// the one they came from; 0 for redeemed won, which have none.
    event Burned(
        bytes32 indexed burnId,
        Issuance.BurnReason indexed reason,
        uint256 indexed programme,
        uint256 index,
        address from,
        uint256 amount
    );
    /// @notice A recipient who is no account of ours was passed over: its won were not made and count nowhere.
    event IssueSkipped(bytes32 indexed issueId, uint256 index, address to, uint256 amount);
    /// @notice A holder was passed over who is no resident, or has less than should lapse.
    event BurnSkipped(bytes32 indexed burnId, uint256 index, address from, uint256 amount);

    /// @notice An issue or a burn has at least one entry.
    error Empty();
    /// @notice Nobody is issued zero won, and nobody burns zero: the entry at this index would.
    error AmountZero(uint256 index);
    /// @notice An issue with this id has been made.
    error IssueIdUsed(bytes32 issueId);
    /// @notice A burn with this id has been made.
    error BurnIdUsed(bytes32 burnId);
    /// @notice The officials signed `signed` won in all, and the list that they signed sums to `listed`.
    error LapseSumWrong(uint256 signed, uint256 listed);
    /// @notice The supply would pass 96 bits, which is what a balance can hold.
    error SupplyTooLarge(uint256 asked);
    /// @notice Only residents hold won that came by a purchase.
    error NotAResident(address account);
    /// @notice The account has less than that.
    error BalanceTooLow(address account, uint256 balance, uint256 asked);

    /// @notice Whether an issue with this id has been made.
    function issueUsed(bytes32 issueId) external view returns (bool);

    /// @notice Whether a burn with this id has been made, for whatever reason.
    function burnUsed(bytes32 burnId) external view returns (bool);

    /// @notice Make won for the recipients, within the caps of the programme's year and of the programme. Whoever is no
    /// account is passed over and not counted; a frozen account receives.
    /// @param issueId good for one issue ever, whoever sends it again, and used up by one that passes everybody over
    /// @param programme in whose year's period this second lies
    /// @param recipients one at least; an account may stand there more than once
    function issue(bytes32 issueId, uint256 programme, Issuance.Recipient[] calldata recipients) external;

    /// @notice Cancel a purchase: burn won of whoever signed this, and let the programme issue as much again, in one
    /// call. The issuer sends it, who gives the holder's bank money back.
    /// @param burnId good for one burn ever
    /// @param programme from which the won came; no more can be cancelled than it has issued and not cancelled yet
    /// @param amount in won, no more than the holder has
    /// @param deadline the last second in which this may be sent
    /// @param signature of the holder over Cancellation(burnId, programme, amount, deadline): 64 bytes or 128
    function cancel(bytes32 burnId, uint256 programme, uint256 amount, uint256 deadline, bytes calldata signature)
        external;

    /// @notice Burn what shops have redeemed, once the bank has paid it out: won of the treasury, and nobody else's.
    /// @param burnId good for one burn ever
    /// @param amounts one a redemption, in won; together no more than the treasury has
    function redeem(bytes32 burnId, uint256[] calldata amounts) external;

    /// @notice Burn won of residents whose time is over. A holder with less than that, or who is no resident, is passed
    /// over. Nothing may be issued for it anew. Anyone may send what two officials signed.
    /// @param burnId good for one burn ever
    /// @param holdings one at least; a holder may stand there more than once. The programme from which won came is told in
    /// the events, and nothing is counted against it
    /// @param sum of all that is listed, so that who signs with a plain wallet reads it; less is burned where a holder is
    /// passed over
    /// @param deadline the last second in which this may be sent
    /// @param signatureA of an official: 64 bytes (secp256k1) or 128 (P-256)
    /// @param signatureB of another official, likewise
    function lapse(
        bytes32 burnId,
        Issuance.Holding[] calldata holdings,
        uint256 sum,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external;

    // ---- Payments, and the contract's end ---------------------------------------------------------------------------

    /// @notice The last word on a batch: how many of its payments were settled, how many refused; `total` is what was
    /// moved, in won.
    event BatchSettled(bytes32 indexed batchId, uint256 settled, uint256 refused, uint256 total);
    /// @notice The matrix of who may pay whom is another.
    event KindsAllowedSet(uint16 kindsAllowed);
    /// @notice This contract is closed for good; `successor`, whose code has this hash, takes all won over.
    event ContractClosed(address indexed successor, bytes32 successorCode, bytes32 snapshot);

    /// @notice Won move by signed payments only: sign a Payment (EIP-712) and hand it to the city, which calls `settle`.
    error UseSignedPayment();
    /// @notice The matrix says that somebody may pay, or be paid, who is no account.
    error KindsAllowedWrong(uint256 kindsAllowed);
    /// @notice No contract stands at the successor's address, or its code is not the one that was signed, or it is this one.
    error SuccessorWrong(address successor);

    /// @notice Who may pay whom, the city's switches: bit (payer's kind * 4 + payee's kind).
    function kindsAllowed() external view returns (uint16);

    /// @notice Whether the contract is closed for good, its won taken over by another.
    function closed() external view returns (bool);

    /// @notice The contract that takes all won over, or has; zero while this one is open.
    function successor() external view returns (address);

    /// @notice The hash of all accounts' addresses at the moment of closing, as the successor takes them over (CityTokenSuccessor.sol).
    function snapshot() external view returns (bytes32);

    /// @notice Settle a batch of signed payments, grouped by payee. Each stands alone: a bad one is refused and the
    /// others go on. Only a batch that can't be read reverts, whole. The same payments sent twice are refused the second
    /// time, with NonceUsed.
    /// @param batchId names the batch in the events; it has no further meaning here
    /// @param payments groups of payments, packed as PaymentBatch.sol says
    function settle(bytes32 batchId, bytes calldata payments) external;

    /// @notice Change who may pay whom. Anyone may send what two officials signed.
    /// @param kindsAllowed_ bit (payer's kind * 4 + payee's kind), at most 16 bits, none of which names the kind None
    /// @param version `actsVersion` so far, plus 1
    /// @param deadline the last second in which this may be sent
    /// @param signatureA of an official: 64 bytes (secp256k1) or 128 (P-256)
    /// @param signatureB of another official, likewise
    function setKindsAllowed(
        uint256 kindsAllowed_,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external;

    /// @notice Close this contract for good, in a pause: from now on it can be read, and nothing else. Anyone may send
    /// what two officials signed. Once more only where the successor came to nothing: its lists are not what they should be,
    /// say, so that it can never finish.
    /// @param successor_ the contract that takes all won over; it stands there, and waits for this
    /// @param successorCode the hash of its code (EIP-1052), which the officials have compared with its sources
    /// @param snapshot_ the hash of all accounts' addresses, which the successor checks
    /// @param version `actsVersion` so far, plus 1
    /// @param deadline the last second in which this may be sent
    /// @param signatureA of an official: 64 bytes (secp256k1) or 128 (P-256)
    /// @param signatureB of another official, likewise
    function close(
        address successor_,
        bytes32 successorCode,
        bytes32 snapshot_,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external;
}
