// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind} from "../src/AccountWord.sol";
import {CityToken} from "../src/CityToken.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {Roles} from "../src/Roles.sol";
import {CityTokenTest, Key, Payment} from "./CityTokenTest.sol";

/// @title A second set of books, kept beside the contract's while everything happens to it in any order
/// @notice Before each call the books say whether it must go through; a call that the contract answers otherwise fails
/// the test at once. After each call `audit` holds every figure of the contract to the books. They are kept plainly:
/// used nonces are a set, not bits, and a balance moves only where a rule of the city moves it.
abstract contract ModelCity is CityTokenTest {
    /// @dev An account. Reserved: no account yet, kept free for a recovery. Retired: recovered to `successor`.
    struct Book {
        uint8 kind;
        bool frozen;
        bool reserved;
        address successor;
        uint256 balance;
        uint256 highest;
    }

    struct FiscalYear {
        uint256 cap;
        uint256 issued;
        uint256 programmed;
        uint256 version;
        uint256 starts;
        uint256 ends;
    }

    struct Share {
        uint256 year;
        uint256 cap;
        uint256 issued;
    }

    /// @dev A recovery under way.
    struct Move {
        Key to;
        uint256 readyAt;
        bool frozenBefore;
    }

    /// @dev A payment as the contract reads it: by whoever the signature yields, zero for nobody.
    struct Terms {
        address payer;
        address payee;
        uint256 amount;
        uint256 nonce;
        uint256 expires;
    }

    /// @dev What two officials sign; `good` where they are two, and are officials.
    struct Seal {
        bytes a;
        bytes b;
        bool good;
    }

    uint8 internal constant TREASURY = uint8(Kind.Treasury);

    uint256 internal constant ISSUER = 0;
    uint256 internal constant SETTLER = 1;
    uint256 internal constant REGISTRAR = 2;
    uint256 internal constant GUARDIAN = 3;
    uint256 internal constant OFFICIALS = 4;
    uint256 internal constant NOMINEE = 5;
    uint256 internal constant LAST_PROGRAMME = 3;

    bytes32[4] internal roleNames = [bytes32("issuer"), "settler", "registrar", "guardian"];
    string[6] private _deniedNames = ["issuer", "settler", "registrar", "guardian", "officials", "nominee"];

    /// @dev How many calls were made of the contract, how many of them reverted, how often each reason refused a
    /// payment (0: settled), how often each role's door stayed shut, how often each function went through.
    uint256 private _calls;
    uint256 private _reverted;
    uint256[10] private _reasons;
    uint256[6] private _denied;
    mapping(bytes4 called => uint256) private _went;

    /// @dev Everybody of whom the contract knows anything; the keys of the living; the old keys of the recovered.
    address[] private _known;
    mapping(address account => bool) private _isKnown;
    Key[] internal people;
    Key[] internal retired;
    mapping(address account => Book) internal books;
    mapping(address payer => mapping(uint256 nonce => bool)) private _used;
    mapping(address payer => mapping(uint256 nonce => uint256)) private _effects;
    mapping(address from => Move) internal moves;

    mapping(uint256 year => FiscalYear) internal fiscalYears;
    mapping(uint256 programme => Share) internal shares;
    uint256 internal supply;

    Key[] internal officials;
    Key[] internal formerOfficials;
    uint256 internal officialsVersion;
    uint256 internal actsVersion;
    address[4] internal holders;
    address[4] internal formerHolders;
    address[4] internal nominees;
    uint256[4] internal nomineesUntil;
    uint256 internal matrix;
    address internal treasuryAccount;
    bool internal paused;

    /// @dev Time as it goes on from call to call, and the dice of the call at hand.
    uint256 internal time;
    uint256 private _dice;
    uint256 private _freshKeys;

    /// @dev Begin a call: every choice in it comes of its seed.
    modifier thrown(uint256 seed) {
        _dice = seed;
        vm.warp(time);
        _;
    }

    // ---- Choosing ------------------------------------------------------------------------------------------------

    function roll(uint256 sides) internal returns (uint256) {
        _dice = uint256(keccak256(abi.encode(_dice)));
        return _dice % sides;
    }

    /// @dev Once in so many times.
    function once(uint256 times) internal returns (bool) {
        return roll(times) == 0;
    }

    function freshKey() internal returns (Key memory) {
        string memory name = string.concat("fresh key ", vm.toString(++_freshKeys));
        return once(3) ? p256Key(name) : secp256k1Key(name);
    }

    /// @dev Mostly a living person; at times a stranger, or the old key of an account that was recovered.
    function somebody() internal returns (Key memory) {
        uint256 who = roll(12);
        if (who == 0) return stranger;
        if (who == 1 && retired.length != 0) return retired[roll(retired.length)];
        return people[roll(people.length)];
    }

    /// @dev A living person of this kind; there is always one.
    function someOf(uint8 kind) internal returns (Key memory) {
        uint256 first = roll(people.length);
        for (uint256 i = first; i < first + people.length; ++i) {
            if (books[people[i % people.length].account].kind == kind) return people[i % people.length];
        }
        revert("there are residents, shops and a treasury");
    }

    /// @dev Mostly a living person's account; at times that of a stranger, a retired one, or one kept for a recovery.
    function somewhere() internal returns (address) {
        address account = somebody().account;
        return once(6) && moves[account].readyAt != 0 ? moves[account].to.account : account;
    }

    /// @dev Mostly who holds the role (or held it last); at times the holder of another, a stranger, an old holder.
    function callerFor(uint256 role) internal returns (address caller, bool may) {
        caller = holders[role];
        if (once(7)) {
            uint256 who = roll(4);
            caller = who == 0
                ? stranger.account
                : who == 1 ? officials[0].account : who == 2 ? holders[(role + 1) % 4] : address(0);
        }
        if (caller == address(0)) caller = formerHolders[role];
        if (caller == address(0)) caller = stranger.account;
        may = caller == holders[role];
    }

    /// @dev The last second that is signed for: at times it is over.
    function deadlineFor() internal returns (uint256) {
        return once(15) ? time - 1 : time + roll(2);
    }

    /// @dev The version that comes next: at times one that has been.
    function next(uint256 version) internal returns (uint256) {
        return once(15) ? version : version + 1;
    }

    /// @dev Mostly two officials; at times one twice, one with a stranger, one with somebody who was an official.
    function seal(bytes memory fields) internal returns (Seal memory sealed_) {
        uint256 first = roll(officials.length);
        Key memory a = officials[first];
        Key memory b = officials[(first + 1 + roll(officials.length - 1)) % officials.length];
        sealed_.good = true;
        if (once(8)) {
            uint256 who = roll(3);
            b = who == 0
                ? a
                : who == 1 || formerOfficials.length == 0 ? stranger : formerOfficials[roll(formerOfficials.length)];
            sealed_.good = false;
        }
        (sealed_.a, sealed_.b) = once(2) ? (sign(a, fields), sign(b, fields)) : (sign(b, fields), sign(a, fields));
    }

    // ---- Calling -------------------------------------------------------------------------------------------------

    /// @dev Call the contract; it must do as the books say.
    function attempt(address caller, bytes memory call, bool must) internal returns (bool went) {
        bytes memory answer;
        vm.prank(caller);
        (went, answer) = address(token).call(call);
        ++_calls;
        if (went) {
            ++_went[bytes4(call)];
        } else {
            ++_reverted;
            _countDenial(bytes4(call), answer);
        }
        if (must && !went) assertEq(answer, "", "the books say that this call goes through");
        assertEq(went, must, "the books say that this call is refused");
    }

    function _countDenial(bytes4 called, bytes memory answer) private {
        bytes4 reason = bytes4(answer);
        if (reason == ICityToken.NotAnOfficial.selector || reason == ICityToken.SameOfficialTwice.selector) {
            ++_denied[OFFICIALS];
        }
        if (reason != ICityToken.NotAuthorised.selector) return;
        bytes32 role;
        assembly ("memory-safe") {
            role := mload(add(answer, 0x44)) // after the length, the selector and the caller
        }
        if (called == Roles.acceptRole.selector) {
            ++_denied[NOMINEE];
        } else {
            for (uint256 i = 0; i < roleNames.length; ++i) {
                if (role == roleNames[i]) ++_denied[i];
            }
        }
    }

    // ---- The books -----------------------------------------------------------------------------------------------

    function open(Key memory key, uint8 kind, uint256 balance) internal {
        people.push(key);
        openAccount(key.account, kind, balance);
    }

    function openAccount(address account, uint8 kind, uint256 balance) internal {
        know(account);
        books[account] = Book(kind, false, false, address(0), balance, 0);
    }

    /// @dev From now on `audit` asks after this address.
    function know(address account) internal {
        if (_isKnown[account]) return;
        _isKnown[account] = true;
        _known.push(account);
    }

    /// @dev What must become of this payment, written into the books: the reason, 0 for settled.
    function entered(Terms memory t) internal returns (uint8 reason) {
        Book storage payer = books[t.payer];
        reason = _reasonOf(payer, t);
        if (reason == SIGNATURE_INVALID || reason == PAYER_UNKNOWN || reason == NONCE_USED) return reason;
        _used[t.payer][t.nonce] = true;
        if (t.nonce > payer.highest) payer.highest = t.nonce;
        if (reason != SETTLED) return reason;
        payer.balance -= t.amount;
        books[t.payee].balance += t.amount;
    }

    function _reasonOf(Book storage payer, Terms memory t) private view returns (uint8) {
        if (t.payer == address(0)) return SIGNATURE_INVALID;
        if (payer.kind == 0) return PAYER_UNKNOWN;
        if (_used[t.payer][t.nonce] || t.nonce + 64 <= payer.highest) return NONCE_USED;
        if (t.expires < time) return EXPIRED;
        if (payer.frozen) return PAYER_FROZEN;
        if ((matrix >> (payer.kind * 4 + books[t.payee].kind)) & 1 == 0) return PAYMENT_NOT_ALLOWED;
        if (t.payer == t.payee) return SELF_PAYMENT;
        if (t.amount == 0) return AMOUNT_ZERO;
        return t.amount > payer.balance ? BALANCE_TOO_LOW : SETTLED;
    }

    /// @dev Count what the contract said of a payment. Whatever it answers after the nonce's check uses the nonce up.
    function countReason(Terms memory t, uint8 reason) internal {
        ++_reasons[reason];
        if (reason != SETTLED && reason <= NONCE_USED) return;
        assertEq(++_effects[t.payer][t.nonce], 1, "a (payer, nonce) takes effect once");
    }

    function burn(address account, uint256 amount) internal {
        books[account].balance -= amount;
        supply -= amount;
    }

    // ---- After each call -----------------------------------------------------------------------------------------

    /// @notice The contract's books are these books, and the three lines at the top of CityToken.sol hold.
    function audit() external view {
        uint256 sum = 0;
        for (uint256 i = 0; i < _known.length; ++i) {
            sum += _auditAccount(_known[i]);
        }
        assertEq(sum, token.totalSupply(), "balances sum to the supply");
        assertEq(supply, token.totalSupply(), "the supply is what was issued and not burned");
        _auditYear(YEAR);
        _auditYear(YEAR + 1);
        for (uint256 i = 1; i <= LAST_PROGRAMME; ++i) {
            _auditProgramme(i);
        }
        _auditRoles();
    }

    function _auditAccount(address account) private view returns (uint256) {
        Book storage book = books[account];
        (uint256 balance, uint8 kind, bool frozen, uint64 highest) = _accountOf(account);
        assertEq(balance, book.balance, "no balance moves without a rule that moves it");
        assertEq(kind, book.kind, "a kind never changes");
        assertEq(frozen, book.frozen, "who is frozen");
        assertEq(highest, book.highest, "the highest nonce");
        return balance;
    }

    function _accountOf(address account)
        private
        view
        returns (uint256 balance, uint8 kind, bool frozen, uint64 highest)
    {
        (, bytes memory answer) = address(token).staticcall(abi.encodeCall(token.accountOf, (account)));
        return abi.decode(answer, (uint256, uint8, bool, uint64));
    }

    function _auditYear(uint256 year) private view {
        (uint256 cap, uint256 issued, uint256 programmed, uint256 version,,,) = token.budgetOf(year);
        assertEq(cap, fiscalYears[year].cap, "the year's cap");
        assertEq(issued, fiscalYears[year].issued, "what the year issued, less what was cancelled");
        assertEq(programmed, fiscalYears[year].programmed, "what the year's programmes were promised");
        assertEq(version, fiscalYears[year].version, "the budget's version");
        assertLe(issued, cap, "a year never issues more than its cap");
        assertLe(programmed, cap, "a year never promises more than its cap");
    }

    function _auditProgramme(uint256 programme) private view {
        (uint256 year, uint256 cap, uint256 issued) = token.programmeOf(programme);
        assertEq(year, shares[programme].year, "the programme's year");
        assertEq(cap, shares[programme].cap, "the programme's cap");
        assertEq(issued, shares[programme].issued, "what the programme issued, less what was cancelled");
        assertLe(issued, cap, "a programme never issues more than its cap");
    }

    function _auditRoles() private view {
        assertEq(token.issuer(), holders[ISSUER], "the issuer");
        assertEq(token.settler(), holders[SETTLER], "the settler");
        assertEq(token.registrar(), holders[REGISTRAR], "the registrar");
        assertEq(token.guardian(), holders[GUARDIAN], "the guardian");
        assertEq(token.paused(), paused, "the pause");
        assertEq(token.kindsAllowed(), matrix, "who may pay whom");
        assertEq(token.treasury(), treasuryAccount, "the treasury");
        assertEq(token.officialCount(), officials.length, "how many officials");
        assertGe(officials.length, 2, "never fewer than two officials");
        for (uint256 i = 0; i < officials.length; ++i) {
            assertTrue(token.isOfficial(officials[i].account), "who is an official");
        }
    }

    // ---- After each run ------------------------------------------------------------------------------------------

    /// @notice What this run did, as one line of `name=number`: contracts/tools/campaign.py sums the lines of all runs.
    function report() external view returns (string memory line) {
        line = string.concat("calls=", vm.toString(_calls), " reverted=", vm.toString(_reverted));
        for (uint256 i = 0; i < _reasons.length; ++i) {
            line = string.concat(
                line, i == 0 ? " settled" : string.concat(" refused-", vm.toString(i)), "=", vm.toString(_reasons[i])
            );
        }
        for (uint256 i = 0; i < _denied.length; ++i) {
            line = string.concat(line, " denied-", _deniedNames[i], "=", vm.toString(_denied[i]));
        }
        (string[21] memory names, bytes4[21] memory selectors) = _functions();
        for (uint256 i = 0; i < names.length; ++i) {
            line = string.concat(line, " went-", names[i], "=", vm.toString(_went[selectors[i]]));
        }
    }

    /// @dev All that change something; `close`, which ends everything, is played elsewhere.
    function _functions() private view returns (string[21] memory names, bytes4[21] memory selectors) {
        names = [
            "settle",
            "issue",
            "cancel",
            "redeem",
            "lapse",
            "setBudget",
            "setProgramme",
            "rotateOfficial",
            "nominate",
            "acceptRole",
            "revokeRole",
            "setKindsAllowed",
            "register",
            "setFrozen",
            "pause",
            "unpause",
            "startRecovery",
            "cancelRecovery",
            "withdrawRecovery",
            "finishRecovery",
            "sweep"
        ];
        selectors = [
            token.settle.selector,
            token.issue.selector,
            token.cancel.selector,
            token.redeem.selector,
            token.lapse.selector,
            token.setBudget.selector,
            token.setProgramme.selector,
            token.rotateOfficial.selector,
            token.nominate.selector,
            token.acceptRole.selector,
            token.revokeRole.selector,
            token.setKindsAllowed.selector,
            token.register.selector,
            token.setFrozen.selector,
            token.pause.selector,
            token.unpause.selector,
            token.startRecovery.selector,
            token.cancelRecovery.selector,
            token.withdrawRecovery.selector,
            token.finishRecovery.selector,
            token.sweep.selector
        ];
    }
}
