// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind} from "./AccountWord.sol";

/// @title What a city's contract says: its events and errors
/// @notice For whoever reads its logs or calls it; to readers it is an ERC-20 besides (IERC20Metadata). Two events stand
/// beside the enum that they name: `Refused` in CityToken.sol, `Burned` in Issuance.sol.
/// @dev An enum or a struct moved here would be called another in the ABI (`enum CityToken.Refusal`), and the ABI is in use.
interface ICityToken {
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

    // ---- Roles ------------------------------------------------------------------------------------------------------

    /// @notice `incoming` may accept the role; zero takes an earlier nomination back.
    event RoleNominated(bytes32 indexed role, address indexed incoming);
    /// @notice `incoming` holds the role from now on, `outgoing` no longer does. Zero is nobody.
    event RoleHandedOver(bytes32 indexed role, address indexed outgoing, address indexed incoming);

    /// @notice The caller does not hold the role, or has not been nominated for it.
    error NotAuthorised(address caller, bytes32 role);
    /// @notice There are four roles: "issuer", "settler", "registrar", "guardian".
    error UnknownRole(bytes32 role);
    /// @notice The contract is closed for good: ask its successor.
    error Closed();

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

    // ---- Budgets and programmes -------------------------------------------------------------------------------------

    /// @notice A year's budget was opened (version 1) or amended by the two officials; or it was taken over from a
    /// predecessor, whose address stands in the place of both.
    event BudgetSet(
        uint256 indexed year,
        uint256 cap,
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

    // ---- Issuing and burning ----------------------------------------------------------------------------------------

    /// @notice Won were made for `to`, which stands at `index` in the list of recipients.
    event Issued(bytes32 indexed issueId, uint256 indexed programme, uint256 index, address to, uint256 amount);
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
    /// @notice The supply would pass 96 bits, which is what a balance can hold.
    error SupplyTooLarge(uint256 asked);
    /// @notice Only residents hold won that came by a purchase.
    error NotAResident(address account);
    /// @notice The account has less than that.
    error BalanceTooLow(address account, uint256 balance, uint256 asked);

    // ---- Payments, and the contract's end ---------------------------------------------------------------------------

    /// @notice The last word on a batch: how many of its payments were settled, how many refused; `total` is what was
    /// moved, in won.
    event BatchSettled(bytes32 indexed batchId, uint256 settled, uint256 refused, uint256 total);
    /// @notice The matrix of who may pay whom is another.
    event KindsAllowedSet(uint16 kindsAllowed);
    /// @notice This contract is closed for good; `successor` takes all won over.
    event ContractClosed(address indexed successor, bytes32 snapshot);

    /// @notice Won move by signed payments only: sign a Payment (EIP-712) and hand it to the city, which calls `settle`.
    error UseSignedPayment();
    /// @notice The matrix says that somebody may pay, or be paid, who is no account.
    error KindsAllowedWrong(uint256 kindsAllowed);
    /// @notice The successor must be an address, not zero, at which nothing stands yet: it is created once this is closed.
    error SuccessorWrong(address successor);
}
