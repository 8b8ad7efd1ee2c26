// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Signatures} from "./Signatures.sol";

/// @title How much may be issued: officials, the fiscal years' budgets, and the programmes that share them
/// @notice What is issued in a year never exceeds the cap that two different officials signed for, and what is issued
/// in a programme never exceeds the programme's share. The contract that mints asks `_countIssue` first.
/// @dev All amounts are whole won, all times are seconds since 1970.
abstract contract Budgets is EIP712 {
    /// @notice A fiscal year's budget.
    /// @param cap the most that may be issued in the year
    /// @param issued what has been issued in it
    /// @param version 1 when the budget is opened, one more with each amendment; 0 says that there is none
    /// @param programmed the sum of the caps of the year's programmes
    /// @param starts the first second in which it may be issued
    /// @param ends the last one
    struct Budget {
        uint96 cap;
        uint96 issued;
        uint64 version;
        uint96 programmed;
        uint64 starts;
        uint64 ends;
    }

    /// @notice A programme's share of one year's budget; year 0 says that there is no such programme.
    struct Programme {
        uint96 cap;
        uint96 issued;
        uint64 year;
    }

    /// @notice The EIP-712 type of what two officials sign to open or amend a budget.
    bytes32 internal constant BUDGET_TYPEHASH =
        keccak256("Budget(uint256 year,uint256 starts,uint256 ends,uint256 cap,uint256 version,uint256 deadline)");

    /// @notice The EIP-712 type of what two officials sign to put a new official in the place of one of them.
    bytes32 internal constant ROTATE_OFFICIAL_TYPEHASH =
        keccak256("RotateOfficial(address outgoing,address incoming,uint256 version,uint256 deadline)");

    uint256 private constant LAST_YEAR = 9999;

    /// @notice Whether this address is one of the two officials of the moment.
    mapping(address account => bool) public isOfficial;

    /// @notice How often an official has been replaced.
    uint256 public officialsVersion;

    mapping(uint256 year => Budget) private _budgets;
    mapping(uint256 programme => Programme) private _programmes;

    /// @notice A year's budget was opened (version 1) or amended.
    event BudgetSet(
        uint256 indexed year,
        uint256 cap,
        uint256 version,
        uint256 starts,
        uint256 ends,
        address officialA,
        address officialB
    );
    /// @notice `incoming` signs from now on, `outgoing` no longer does.
    event OfficialRotated(address indexed outgoing, address indexed incoming, uint256 version);
    /// @notice A programme was opened, or its share of the year's budget changed.
    event ProgrammeSet(uint256 indexed programme, uint256 indexed year, uint256 cap);

    /// @notice The zero address was given where somebody must stand.
    error ZeroAddress();
    /// @notice A signature is empty: two officials sign, or nothing happens.
    error SignatureMissing();
    /// @notice A signature has neither 64 bytes (secp256k1) nor 128 (P-256).
    error SignatureMalformed();
    /// @notice A P-256 signature does not fit its key and this message, or has the high s.
    error SignatureInvalidP256();
    /// @notice The signer (zero where a secp256k1 signature yields none), or the outgoing one, is no official now.
    error NotAnOfficial(address signer);
    /// @notice Both signatures are of one official.
    error SameOfficialTwice(address official);
    /// @notice The incoming official is one already.
    error AlreadyAnOfficial(address official);
    /// @notice What was signed is not the next version of the officials.
    error OfficialsVersionWrong(uint256 expected, uint256 given);
    /// @notice What was signed was to be sent by this time.
    error DeadlinePassed(uint256 deadline);
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

    constructor(address[2] memory officials_) {
        for (uint256 i = 0; i < officials_.length; ++i) {
            address official = officials_[i];
            if (official == address(0)) revert ZeroAddress();
            if (isOfficial[official]) revert SameOfficialTwice(official);
            isOfficial[official] = true;
        }
    }

    /// @notice A year's budget; all zero where there is none.
    function budgetOf(uint256 year)
        external
        view
        returns (uint256 cap, uint256 issued, uint256 programmed, uint256 version, uint256 starts, uint256 ends)
    {
        Budget storage budget = _budgets[year];
        return (budget.cap, budget.issued, budget.programmed, budget.version, budget.starts, budget.ends);
    }

    /// @notice A programme; all zero where there is none.
    function programmeOf(uint256 programme) external view returns (uint256 year, uint256 cap, uint256 issued) {
        Programme storage share = _programmes[programme];
        return (share.year, share.cap, share.issued);
    }

    /// @notice Open a year's budget (version 1) or amend it. Anyone may send what two officials signed.
    /// @param version the budget's version so far, plus 1: an older one played again is refused
    /// @param deadline the last second in which this may be sent
    /// @param signatureA of an official: 64 bytes (secp256k1, EIP-2098) or 128 (P-256: r, s, x, y)
    /// @param signatureB of the other official, likewise
    function setBudget(
        uint256 year,
        uint256 starts,
        uint256 ends,
        uint256 cap,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external {
        Budget storage budget = _budgets[year];
        if (version != uint256(budget.version) + 1) revert BudgetVersionWrong(uint256(budget.version) + 1, version);
        (address officialA, address officialB) = _twoOfficials(
            abi.encode(BUDGET_TYPEHASH, year, starts, ends, cap, version, deadline), deadline, signatureA, signatureB
        );
        if (year == 0 || year > LAST_YEAR) revert BudgetYearWrong(year);
        if (starts >= ends || ends > type(uint64).max) revert BudgetPeriodWrong(starts, ends);
        if (cap > type(uint96).max) revert BudgetCapTooLarge(cap);
        if (cap < budget.issued) revert BudgetBelowIssued(cap, budget.issued);
        if (cap < budget.programmed) revert BudgetBelowProgrammes(cap, budget.programmed);

        budget.cap = SafeCast.toUint96(cap);
        budget.version = SafeCast.toUint64(version);
        budget.starts = SafeCast.toUint64(starts);
        budget.ends = SafeCast.toUint64(ends);
        emit BudgetSet(year, cap, version, starts, ends, officialA, officialB);
    }

    /// @notice Put `incoming` in the place of `outgoing`. Anyone may send what two officials signed.
    /// @param version `officialsVersion` so far, plus 1
    /// @param deadline the last second in which this may be sent
    function rotateOfficial(
        address outgoing,
        address incoming,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external {
        if (version != officialsVersion + 1) {
            revert OfficialsVersionWrong(officialsVersion + 1, version);
        }
        _twoOfficials(
            abi.encode(ROTATE_OFFICIAL_TYPEHASH, outgoing, incoming, version, deadline),
            deadline,
            signatureA,
            signatureB
        );
        if (incoming == address(0)) revert ZeroAddress();
        if (isOfficial[incoming]) revert AlreadyAnOfficial(incoming);
        if (!isOfficial[outgoing]) revert NotAnOfficial(outgoing);

        officialsVersion = version;
        isOfficial[outgoing] = false;
        isOfficial[incoming] = true;
        emit OfficialRotated(outgoing, incoming, version);
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

        budget.programmed = SafeCast.toUint96(asked);
        share.cap = SafeCast.toUint96(cap);
        share.year = SafeCast.toUint64(year);
        emit ProgrammeSet(programme, year, cap);
    }

    /// @dev Count an issue of `amount` won (saturated, not wrapped, where the sum is beyond 256 bits) against the
    /// year's cap, then the programme's; revert where either would be passed. Exactly the cap is good.
    function _countIssue(uint256 programme, uint256 amount) internal {
        Programme storage share = _programmes[programme];
        uint256 year = share.year;
        if (year == 0) revert UnknownProgramme(programme);
        Budget storage budget = _budgets[year];
        if (block.timestamp < budget.starts || block.timestamp > budget.ends) revert IssueOutsideBudgetPeriod(year);
        uint256 issuedInYear = Math.saturatingAdd(budget.issued, amount);
        if (issuedInYear > budget.cap) revert CapExceeded(year, budget.cap, issuedInYear);
        uint256 issuedInProgramme = Math.saturatingAdd(share.issued, amount);
        if (issuedInProgramme > share.cap) revert ProgrammeCapExceeded(programme, share.cap, issuedInProgramme);

        budget.issued = SafeCast.toUint96(issuedInYear);
        share.issued = SafeCast.toUint96(issuedInProgramme);
    }

    /// @dev The two different officials who signed `fields` (a typehash and the encoded values) in time.
    function _twoOfficials(bytes memory fields, uint256 deadline, bytes calldata signatureA, bytes calldata signatureB)
        private
        view
        returns (address officialA, address officialB)
    {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline);
        officialA = _official(fields, signatureA);
        officialB = _official(fields, signatureB);
        if (officialA == officialB) revert SameOfficialTwice(officialA);
    }

    /// @dev The official who signed `fields`; the signature's length says in which scheme.
    function _official(bytes memory fields, bytes calldata signature) private view returns (address signer) {
        if (signature.length == 0) revert SignatureMissing();
        if (signature.length == 64) {
            (bytes32 r, uint256 yParityAndS) = abi.decode(signature, (bytes32, uint256));
            signer = Signatures.secp256k1Signer(_hashTypedDataV4(keccak256(fields)), r, yParityAndS);
        } else if (signature.length == 128) {
            (bytes32 r, bytes32 s, bytes32 x, bytes32 y) = abi.decode(signature, (bytes32, bytes32, bytes32, bytes32));
            bytes32 hash = sha256(abi.encodePacked(hex"1901", _domainSeparatorV4(), fields));
            signer = Signatures.p256Signer(hash, r, s, x, y);
            if (signer == address(0)) revert SignatureInvalidP256();
        } else {
            revert SignatureMalformed();
        }
        if (!isOfficial[signer]) revert NotAnOfficial(signer);
    }
}
