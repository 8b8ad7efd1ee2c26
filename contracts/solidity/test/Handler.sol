// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Accounts} from "../src/Accounts.sol";
import {Budgets} from "../src/Budgets.sol";
import {CityToken} from "../src/CityToken.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {Issuance} from "../src/Issuance.sol";
import {Officials} from "../src/Officials.sol";
import {Recovery} from "../src/Recovery.sol";
import {Roles} from "../src/Roles.sol";
import {Key, Outcome, Payment} from "./CityTokenTest.sol";
import {ModelCity} from "./ModelCity.sol";

/// @title A city in which everything happens in any order
/// @notice People pay, refund and redeem; thieves forge, turn terms and play again what has been; the issuer issues and
/// burns, often more than it may; officials amend, rotate, hand over and recover, at times alone; all of it stops and
/// goes on. Each function is one call of the contract; the books (ModelCity.sol) say what must become of it.
contract Handler is ModelCity {
    uint256 private constant PAYMENTS = 3;

    /// @dev Batches and signed acts that went through, to be played again.
    bytes[] private _batches;
    Terms[][] private _contents;
    bytes[] private _acts;

    uint256 private _issues;
    uint256 private _burns;
    mapping(bytes32 id => bool) private _issueUsed;
    mapping(bytes32 id => bool) private _burnUsed;

    /// @dev The city of all tests, with a second programme this year, a third one next year, and keys for everybody.
    function setUp() public override {
        super.setUp();
        time = NOW;
        Key memory deviceShop = p256Key("shop with a device key");
        register(deviceShop.account, SHOP);
        open(resident, RESIDENT, MONEY);
        open(deviceResident, RESIDENT, MONEY);
        open(shop, SHOP, 0);
        open(deviceShop, SHOP, 0);
        // makeAddr derives its keys so.
        open(Key(uint256(keccak256("treasury")), false, treasury), TREASURY, 0);
        know(stranger.account);
        supply = 2 * MONEY;
        fiscalYears[YEAR] = FiscalYear(CAP, supply, CAP, 1, YEAR_STARTS, YEAR_ENDS);
        shares[1] = Share(YEAR, CAP, supply);
        officials.push(officialA);
        officials.push(officialB);
        holders = [issuer, settler, registrar, guardian];
        matrix = KINDS_ALLOWED;
        treasuryAccount = treasury;
        _setProgramme(issuer, 1, YEAR, CAP / 2, true);
        _setProgramme(issuer, 2, YEAR, CAP / 3, true);
        // Next year's budget opens soon, and this year's ends soon after: time passes both in many runs.
        Seal memory good;
        bytes memory fields = budgetFields(YEAR + 1, NOW + 2 days, NOW + 12 days, CAP, 1, NOW);
        (good.a, good.b, good.good) = (sign(officialA, fields), sign(officialB, fields), true);
        _setBudget(YEAR + 1, FiscalYear(CAP, 0, 0, 1, NOW + 2 days, NOW + 12 days), NOW, good);
        _setProgramme(issuer, 3, YEAR + 1, CAP, true);
    }

    function city() external view returns (CityToken) {
        return token;
    }

    // ---- Payments ------------------------------------------------------------------------------------------------

    /// @notice Somebody pays somebody, then somebody else: amounts, nonces, times and signatures of all sorts.
    function pay(uint256 seed) external thrown(seed) {
        Terms[] memory contents = new Terms[](PAYMENTS);
        (Key memory first, Key memory second) = (somebody(), somebody());
        _settle(
            bytes.concat(_group(contents, 0, first, somewhere()), _group(contents, 2, second, somewhere())), contents
        );
    }

    /// @notice Residents buy in shops.
    function buy(uint256 seed) external thrown(seed) {
        _trade(RESIDENT, SHOP);
    }

    /// @notice Shops give back to residents.
    function refund(uint256 seed) external thrown(seed) {
        _trade(SHOP, RESIDENT);
    }

    /// @notice Shops pay to the treasury what they redeem.
    function payTreasury(uint256 seed) external thrown(seed) {
        _trade(SHOP, TREASURY);
    }

    function _trade(uint8 payers, uint8 payees) private {
        Terms[] memory contents = new Terms[](PAYMENTS);
        (Key memory first, address firstPayee) = (someOf(payers), someOf(payees).account);
        (Key memory second, address secondPayee) = (someOf(payers), someOf(payees).account);
        _settle(
            bytes.concat(_group(contents, 0, first, firstPayee), _group(contents, 2, second, secondPayee)), contents
        );
    }

    /// @notice A batch from before, to the byte; or cut off, which nobody can read.
    function replayBatch(uint256 seed) external thrown(seed) {
        if (_batches.length == 0) return;
        uint256 which = roll(_batches.length);
        bytes memory batch = _batches[which];
        if (once(8)) {
            (address caller,) = callerFor(SETTLER);
            uint256 length = roll(batch.length);
            // Cut between its two groups, it is a shorter batch, and good.
            if (length == _firstGroup(batch)) --length;
            assembly ("memory-safe") {
                mstore(batch, length)
            }
            attempt(caller, abi.encodeCall(CityToken.settle, ("cut", batch)), false);
        } else {
            _settle(batch, _contents[which]);
        }
    }

    /// @notice The movers of ERC-20, on which a wallet might try its luck.
    function move(uint256 seed) external thrown(seed) {
        Key memory owner = somebody();
        bytes memory call = once(2)
            ? abi.encodeCall(token.transfer, (shop.account, roll(100)))
            : abi.encodeCall(token.transferFrom, (resident.account, owner.account, roll(100)));
        attempt(owner.account, call, false);
    }

    function _settle(bytes memory batch, Terms[] memory contents) private {
        (address caller, bool may) = callerFor(SETTLER);
        vm.recordLogs();
        if (!attempt(caller, abi.encodeCall(CityToken.settle, ("batch", batch)), may && !paused)) return;
        Outcome memory outcome = outcomeOf(vm.getRecordedLogs());
        assertEq(outcome.reasons.length, contents.length, "each record is answered");
        _batches.push(batch);
        Terms[] storage kept = _contents.push();
        for (uint256 i = 0; i < contents.length; ++i) {
            countReason(contents[i], outcome.reasons[i]);
            assertEq(outcome.reasons[i], entered(contents[i]), "a payment is settled, or refused for the first reason");
            kept.push(contents[i]);
        }
    }

    /// @dev A group of one payer: two records from 0 on, or one.
    function _group(Terms[] memory contents, uint256 from, Key memory payer, address payee)
        private
        returns (bytes memory group)
    {
        uint256 count = from == 0 ? 2 : 1;
        if (once(10)) payee = payer.account;
        group = header(payee, payer.isP256, count);
        for (uint256 i = from; i < from + count; ++i) {
            (bytes memory packed, Terms memory terms) = _signed(_thoughtOf(payer, payee));
            contents[i] = terms;
            group = bytes.concat(group, packed);
        }
    }

    function _thoughtOf(Key memory payer, address payee) private returns (Payment memory p) {
        Book storage book = books[payer.account];
        p.payer = payer;
        p.payee = payee;
        p.amount = once(12) ? 0 : once(12) ? book.balance + 1 : 1 + roll(book.balance / 2 + 1);
        p.nonce = once(5) ? roll(book.highest + 1) : book.highest + 1 + (once(5) ? roll(70) : roll(2));
        p.expires = once(12) ? time - 1 : time + (once(2) ? roll(2) : roll(2 days));
    }

    /// @dev The record, and whom its signature yields: at times a thief has had a hand in it.
    function _signed(Payment memory p) private returns (bytes memory packed, Terms memory terms) {
        (bytes32 r, bytes32 s) = signatureWords(p.payer, hashFor(p.payer, paymentFields(p)));
        address signer = p.payer.account;
        uint256 fraud = roll(16);
        if (fraud == 0) {
            // The high s. That of secp256k1 leaves no bit for the parity: any number above the half must do.
            s = p.payer.isP256 ? bytes32(P256_N - uint256(s)) : bytes32(SECP256K1_N / 2 + 1 + roll(9));
            signer = address(0);
        } else if (fraud == 1) {
            // As the victim's own device would show it, key and all, but signed by the thief.
            bytes32 hash = hashFor(p.payer, paymentFields(p));
            (r, s) = signatureWords(Key(stranger.secret, p.payer.isP256, stranger.account), hash);
            signer = p.payer.isP256 ? address(0) : stranger.account;
        } else if (fraud == 2) {
            // An honest signature turned to other terms.
            ++p.amount;
            signer = p.payer.isP256 ? address(0) : _recovered(hashFor(p.payer, paymentFields(p)), r, uint256(s));
        }
        return (recordWith(p, r, s), Terms(signer, p.payee, p.amount, p.nonce, p.expires));
    }

    function _recovered(bytes32 digest, bytes32 r, uint256 yParityAndS) private pure returns (address) {
        return ecrecover(digest, uint8(27 + (yParityAndS >> 255)), r, bytes32(yParityAndS & ~(uint256(1) << 255)));
    }

    /// @dev How many bytes the first group of a batch has: a header and two records.
    function _firstGroup(bytes memory batch) private pure returns (uint256 length) {
        length = 23 + 2 * (batch[20] == 0 ? 80 : uint256(144));
    }

    // ---- Won that come and go ------------------------------------------------------------------------------------

    /// @notice The issuer issues to two, often more than it may, or to nobody of ours.
    function issue(uint256 seed) external thrown(seed) {
        uint256 programme = once(12) ? 0 : 1 + roll(LAST_PROGRAMME);
        bytes32 id = bytes32(once(8) ? roll(_issues + 1) : ++_issues);
        Issuance.Recipient[] memory list = recipients(somewhere(), 1 + roll(CAP / 8), somewhere(), 1 + roll(CAP / 8));
        uint256 sum = _registered(list[0]) + _registered(list[1]);
        (address caller, bool may) = callerFor(ISSUER);
        bool must = may && !paused && !_issueUsed[id] && _withinCaps(programme, sum);
        if (!attempt(caller, abi.encodeCall(ICityToken.issue, (id, programme, list)), must)) return;
        _issueUsed[id] = true;
        for (uint256 i = 0; i < 2; ++i) {
            books[list[i].to].balance += _registered(list[i]);
        }
        supply += sum;
        shares[programme].issued += sum;
        fiscalYears[shares[programme].year].issued += sum;
    }

    function _registered(Issuance.Recipient memory recipient) private view returns (uint256) {
        return books[recipient.to].kind == 0 ? 0 : recipient.amount;
    }

    function _withinCaps(uint256 programme, uint256 sum) private view returns (bool) {
        Share storage share = shares[programme];
        FiscalYear storage year = fiscalYears[share.year];
        return share.year != 0 && time >= year.starts && time <= year.ends && year.issued + sum <= year.cap
            && share.issued + sum <= share.cap;
    }

    /// @notice A holder has a purchase cancelled; at times a thief signs for it, or it is more than there is.
    function cancel(uint256 seed) external thrown(seed) {
        Key memory holder = once(3) ? somebody() : people[roll(2)];
        Key memory signer = once(12) ? stranger : holder;
        Book storage book = books[signer.account];
        uint256 programme = once(12) ? 0 : 1 + roll(LAST_PROGRAMME);
        uint256 amount = roll(book.balance / 2 + 2) + (once(10) ? book.balance : 0);
        bytes32 id = _burnId();
        bytes memory call = _cancellation(signer, id, programme, amount);
        (address caller, bool may) = callerFor(ISSUER);
        bool must = may && !paused && !_burnUsed[id] && book.kind == RESIDENT && !book.frozen && amount != 0;
        must = must && amount <= book.balance && programme != 0 && amount <= shares[programme].issued;
        must = must && !_late;
        if (!attempt(caller, call, must)) return;
        _burnUsed[id] = true;
        _acts.push(call);
        burn(signer.account, amount);
        shares[programme].issued -= amount;
        fiscalYears[shares[programme].year].issued -= amount;
    }

    /// @dev Whether the deadline that was signed for last is over.
    bool private _late;

    function _cancellation(Key memory signer, bytes32 id, uint256 programme, uint256 amount)
        private
        returns (bytes memory)
    {
        uint256 deadline = _deadline();
        bytes memory fields = abi.encode(
            keccak256("Cancellation(bytes32 burnId,uint256 programme,uint256 amount,uint256 deadline)"),
            id,
            programme,
            amount,
            deadline
        );
        return abi.encodeCall(ICityToken.cancel, (id, programme, amount, deadline, sign(signer, fields)));
    }

    /// @notice The bank has paid shops out: won of the treasury are burned.
    function redeem(uint256 seed) external thrown(seed) {
        uint256 balance = books[treasuryAccount].balance;
        uint256[] memory amounts = new uint256[](2);
        amounts[0] = roll(balance / 2 + 2);
        amounts[1] = 1 + roll(balance / 2 + 2);
        bytes32 id = _burnId();
        (address caller, bool may) = callerFor(ISSUER);
        bool must = may && !paused && !_burnUsed[id] && amounts[0] != 0 && amounts[0] + amounts[1] <= balance;
        bytes memory call = abi.encodeCall(ICityToken.redeem, (id, amounts));
        if (!attempt(caller, call, must)) return;
        _burnUsed[id] = true;
        _acts.push(call);
        burn(treasuryAccount, amounts[0] + amounts[1]);
    }

    /// @notice Won lapse, by two officials' word: of residents only, and never more than they have.
    function lapse(uint256 seed) external thrown(seed) {
        Issuance.Holding[] memory holdings = new Issuance.Holding[](2);
        for (uint256 i = 0; i < 2; ++i) {
            holdings[i].holder = somewhere();
            holdings[i].programme = once(20) ? 0 : 1 + roll(LAST_PROGRAMME);
            holdings[i].amount = 1 + roll(books[holdings[i].holder].balance / 3 + 2);
        }
        uint256 sum = holdings[0].amount + holdings[1].amount;
        bool added = !once(12);
        if (!added) sum += 1 + roll(9);
        bytes32 id = _burnId();
        uint256 deadline = _deadline();
        Seal memory sealed_ = seal(_lapseFields(id, sum, holdings, deadline));
        bytes memory call = abi.encodeCall(ICityToken.lapse, (id, holdings, sum, deadline, sealed_.a, sealed_.b));
        bool must = sealed_.good && !_late && !paused && !_burnUsed[id] && added;
        must = must && holdings[0].programme != 0 && holdings[1].programme != 0;
        if (!attempt(stranger.account, call, must)) return;
        _burnUsed[id] = true;
        _acts.push(call);
        for (uint256 i = 0; i < 2; ++i) {
            Book storage book = books[holdings[i].holder];
            if (book.kind != RESIDENT || holdings[i].amount > book.balance) continue;
            burn(holdings[i].holder, holdings[i].amount);
        }
    }

    function _lapseFields(bytes32 id, uint256 sum, Issuance.Holding[] memory holdings, uint256 deadline)
        private
        pure
        returns (bytes memory)
    {
        bytes32 typehash = keccak256("Holding(address holder,uint256 programme,uint256 amount)");
        bytes32 first = keccak256(abi.encode(typehash, holdings[0]));
        bytes32 second = keccak256(abi.encode(typehash, holdings[1]));
        return abi.encode(
            keccak256(
                "Lapse(bytes32 burnId,uint256 sum,Holding[] holdings,uint256 deadline)"
                "Holding(address holder,uint256 programme,uint256 amount)"
            ),
            id,
            sum,
            keccak256(abi.encodePacked(first, second)),
            deadline
        );
    }

    function _burnId() private returns (bytes32) {
        return bytes32(once(8) ? roll(_burns + 1) : ++_burns);
    }

    function _deadline() private returns (uint256 deadline) {
        deadline = deadlineFor();
        _late = deadline < time;
    }

    // ---- Caps ----------------------------------------------------------------------------------------------------

    /// @notice Officials amend a year's cap, up or down, at times under what is issued or promised.
    function amendBudget(uint256 seed) external thrown(seed) {
        uint256 year = YEAR + roll(2);
        FiscalYear memory to = fiscalYears[year];
        to.cap = once(2) ? to.programmed + roll(CAP) : roll(2 * CAP);
        to.version = next(to.version);
        uint256 deadline = _deadline();
        _setBudget(year, to, deadline, seal(budgetFields(year, to.starts, to.ends, to.cap, to.version, deadline)));
    }

    function _setBudget(uint256 year, FiscalYear memory to, uint256 deadline, Seal memory sealed_) private {
        FiscalYear storage current = fiscalYears[year];
        bool must = sealed_.good && !_late && to.version == current.version + 1 && to.cap >= current.issued
            && to.cap >= current.programmed;
        bytes memory call = abi.encodeCall(
            Budgets.setBudget, (year, to.starts, to.ends, to.cap, BASIS, to.version, deadline, sealed_.a, sealed_.b)
        );
        if (!attempt(stranger.account, call, must)) return;
        fiscalYears[year] = to;
        _acts.push(call);
    }

    /// @notice The issuer shares the year's cap out among the programmes, at times more than there is.
    function setProgramme(uint256 seed) external thrown(seed) {
        uint256 programme = roll(LAST_PROGRAMME + 1);
        uint256 year = once(12) ? YEAR + roll(3) : shares[programme].year;
        uint256 cap = once(2) ? shares[programme].issued + roll(CAP / 2) : roll(CAP);
        (address caller, bool may) = callerFor(ISSUER);
        _setProgramme(caller, programme, year, cap, may);
    }

    function _setProgramme(address caller, uint256 programme, uint256 year, uint256 cap, bool may) private {
        Share storage share = shares[programme];
        FiscalYear storage current = fiscalYears[year];
        uint256 programmed = current.programmed + cap - (share.year == year ? share.cap : 0);
        bool must = may && programme != 0 && current.version != 0 && (share.year == 0 || share.year == year)
            && cap >= share.issued && programmed <= current.cap;
        if (!attempt(caller, abi.encodeCall(ICityToken.setProgramme, (programme, year, cap)), must)) return;
        current.programmed = programmed;
        share.year = year;
        share.cap = cap;
    }

    // ---- Officials, roles, switches ------------------------------------------------------------------------------

    /// @notice An official comes, goes, or gives way to another; at times there would be too few.
    function rotateOfficial(uint256 seed) external thrown(seed) {
        uint256 index = roll(officials.length);
        bool goes = officials.length > 4 || !once(3);
        bool comes = officials.length < 3 || !once(3);
        Key memory outgoing = once(12) ? stranger : officials[index];
        Key memory incoming = once(12) ? officials[0] : freshKey();
        address leaver = goes ? outgoing.account : address(0);
        address comer = comes ? incoming.account : address(0);
        bool must = (goes || comes) && !(comes && incoming.account == officials[0].account)
            && !(goes && outgoing.account == stranger.account)
            && officials.length + (comes ? 1 : 0) - (goes ? 1 : 0) >= 2;
        if (!_rotate(leaver, comer, must)) return;
        if (goes) {
            formerOfficials.push(outgoing);
            officials[index] = officials[officials.length - 1];
            officials.pop();
        }
        if (comes) officials.push(incoming);
    }

    function _rotate(address outgoing, address incoming, bool must) private returns (bool went) {
        uint256 version = next(officialsVersion);
        uint256 deadline = _deadline();
        Seal memory sealed_ = seal(rotationFields(outgoing, incoming, version, deadline));
        bytes memory call =
            abi.encodeCall(Officials.rotateOfficial, (outgoing, incoming, version, deadline, sealed_.a, sealed_.b));
        went = attempt(stranger.account, call, must && sealed_.good && !_late && version == officialsVersion + 1);
        if (!went) return false;
        officialsVersion = version;
        _acts.push(call);
    }

    /// @notice Officials nominate who shall hold a role, take that back, or put a stolen key out of it.
    function decideRole(uint256 seed) external thrown(seed) {
        uint256 role = _roleInNeed();
        (uint256 version, uint256 deadline) = (next(actsVersion), _deadline());
        if (once(6) && holders[role] != address(0)) {
            bytes memory fields = abi.encode(
                keccak256("RevokeRole(bytes32 role,uint256 version,uint256 deadline)"),
                roleNames[role],
                version,
                deadline
            );
            Seal memory sealed_ = seal(fields);
            bytes memory call =
                abi.encodeCall(Roles.revokeRole, (roleNames[role], version, deadline, sealed_.a, sealed_.b));
            if (_act(call, version, sealed_, true)) _handOver(role, address(0));
        } else {
            address incoming = once(8) ? address(0) : freshKey().account;
            if (!_late) deadline += roll(10 days); // and that long it may be accepted
            if (_nominate(role, incoming, version, deadline)) {
                (nominees[role], nomineesUntil[role]) = (incoming, deadline);
            }
        }
    }

    function _nominate(uint256 role, address incoming, uint256 version, uint256 deadline) private returns (bool) {
        bytes memory fields = abi.encode(
            keccak256("Nominate(bytes32 role,address incoming,uint256 version,uint256 deadline)"),
            roleNames[role],
            incoming,
            version,
            deadline
        );
        Seal memory sealed_ = seal(fields);
        bytes memory call =
            abi.encodeCall(Roles.nominate, (roleNames[role], incoming, version, deadline, sealed_.a, sealed_.b));
        return _act(call, version, sealed_, true);
    }

    /// @notice Somebody takes a role over: who was nominated, or who would like to.
    function acceptRole(uint256 seed) external thrown(seed) {
        uint256 role = _roleInNeed();
        for (uint256 i = 0; i < 4 && nominees[role] == address(0); ++i) {
            role = (role + 1) % 4;
        }
        address caller = once(5) ? stranger.account : nominees[role];
        if (caller == address(0)) caller = holders[role] == address(0) ? formerHolders[role] : holders[role];
        bool must = caller == nominees[role] && time <= nomineesUntil[role];
        if (attempt(caller, abi.encodeCall(Roles.acceptRole, (roleNames[role])), must)) _handOver(role, caller);
    }

    /// @dev One that nobody holds, in half the cases where there is one; a role that stays empty stops the city.
    function _roleInNeed() private returns (uint256 role) {
        role = roll(4);
        if (once(2)) return role;
        for (uint256 i = 0; i < 4; ++i) {
            if (holders[i] == address(0)) return i;
        }
    }

    function _handOver(uint256 role, address incoming) private {
        if (holders[role] != address(0)) formerHolders[role] = holders[role];
        holders[role] = incoming;
        nominees[role] = address(0);
    }

    /// @notice Officials change who may pay whom; at times they would let in who is no account.
    function setKindsAllowed(uint256 seed) external thrown(seed) {
        uint256 kinds = KINDS_ALLOWED ^ (once(2) ? 1 << roll(17) : 0);
        (uint256 version, uint256 deadline) = (next(actsVersion), _deadline());
        bytes memory fields = abi.encode(
            keccak256("SetKindsAllowed(uint256 kindsAllowed,uint256 version,uint256 deadline)"),
            kinds,
            version,
            deadline
        );
        Seal memory sealed_ = seal(fields);
        bytes memory call = abi.encodeCall(CityToken.setKindsAllowed, (kinds, version, deadline, sealed_.a, sealed_.b));
        if (_act(call, version, sealed_, kinds & 0x111f == 0 && kinds < 1 << 16)) matrix = kinds;
    }

    /// @dev An act of the row that all numbered acts are in.
    function _act(bytes memory call, uint256 version, Seal memory sealed_, bool must) private returns (bool went) {
        must = must && sealed_.good && !_late && version == actsVersion + 1;
        went = attempt(stranger.account, call, must);
        if (!went) return false;
        actsVersion = version;
        _acts.push(call);
    }

    /// @notice A signed act that went through, sent again by the one who may send it.
    function replayAct(uint256 seed) external thrown(seed) {
        if (_acts.length == 0) return;
        bytes memory call = _acts[roll(_acts.length)];
        attempt(holders[ISSUER] == address(0) ? stranger.account : holders[ISSUER], call, false);
    }

    // ---- Accounts ------------------------------------------------------------------------------------------------

    /// @notice The registrar registers somebody new, or somebody who is there, at times as another kind.
    function register(uint256 seed) external thrown(seed) {
        bool newcomer = people.length < 8 && once(3);
        Key memory key = newcomer ? freshKey() : somebody();
        address account = newcomer || key.account == stranger.account ? key.account : somewhere();
        if (account == stranger.account) return;
        uint8 kind = uint8(once(10) ? 3 * roll(2) : 1 + roll(2));
        address[] memory accounts = new address[](1);
        accounts[0] = account;
        (address caller, bool may) = callerFor(REGISTRAR);
        bool must = may && (kind == RESIDENT || kind == SHOP)
            && (books[account].kind == kind || (books[account].kind == 0 && !books[account].reserved));
        if (!attempt(caller, abi.encodeCall(Accounts.register, (accounts, kind)), must)) return;
        if (newcomer) open(key, kind, 0);
    }

    /// @notice The registrar freezes, or thaws; an account that was recovered stays as it is.
    function setFrozen(uint256 seed) external thrown(seed) {
        address account = somewhere();
        Book storage book = books[account];
        bool frozen = once(4);
        (address caller, bool may) = callerFor(REGISTRAR);
        bool must = may && book.kind != 0 && book.successor == address(0);
        if (attempt(caller, abi.encodeCall(Accounts.setFrozen, (account, frozen)), must)) book.frozen = frozen;
    }

    /// @notice Stop, now and then.
    function pause(uint256 seed) external thrown(seed) {
        if (!once(3)) return;
        (address caller, bool may) = callerFor(GUARDIAN);
        if (attempt(caller, abi.encodeCall(Roles.pause, ()), may && !paused)) paused = true;
    }

    /// @notice Go on, so that something happens.
    function unpause(uint256 seed) external thrown(seed) {
        if (!paused && !once(3)) return;
        (address caller, bool may) = callerFor(GUARDIAN);
        if (attempt(caller, abi.encodeCall(Roles.unpause, ()), may && paused)) paused = false;
    }

    /// @notice Time goes on: seconds, hours, or days.
    function wait(uint256 seed) external thrown(seed) {
        time += once(3) ? 1 + roll(60) : once(2) ? roll(1 days) : RECOVERY_DELAY + roll(1 days);
        vm.warp(time);
    }

    // ---- Recovery ------------------------------------------------------------------------------------------------

    /// @notice Officials start the recovery of two accounts, at times to an address that is taken.
    function startRecovery(uint256 seed) external thrown(seed) {
        Key[] memory to = new Key[](2);
        (address[] memory from, address[] memory targets) = (new address[](2), new address[](2));
        uint256 first = roll(people.length);
        for (uint256 i = 0; i < 2; ++i) {
            from[i] = once(15) ? somebody().account : people[(first + i) % people.length].account;
            to[i] = once(20) ? somebody() : freshKey();
            targets[i] = to[i].account;
        }
        bool must = from[0] != from[1] && targets[0] != targets[1] && _mayStart(from[0], targets[0])
            && _mayStart(from[1], targets[1]);
        if (!_start(from, targets, must)) return;
        for (uint256 i = 0; i < 2; ++i) {
            moves[from[i]] = Move(to[i], time + RECOVERY_DELAY, books[from[i]].frozen);
            know(targets[i]);
            books[targets[i]].reserved = true;
        }
    }

    function _mayStart(address from, address to) private view returns (bool) {
        return books[from].kind != 0 && books[from].successor == address(0) && moves[from].readyAt == 0
            && books[to].kind == 0 && !books[to].reserved;
    }

    function _start(address[] memory from, address[] memory to, bool must) private returns (bool) {
        (uint256 version, uint256 deadline) = (next(actsVersion), _deadline());
        bytes memory fields = abi.encode(
            keccak256("StartRecovery(address[] from,address[] to,uint256 version,uint256 deadline)"),
            keccak256(abi.encodePacked(from)),
            keccak256(abi.encodePacked(to)),
            version,
            deadline
        );
        Seal memory sealed_ = seal(fields);
        bytes memory call = abi.encodeCall(Recovery.startRecovery, (from, to, version, deadline, sealed_.a, sealed_.b));
        return _act(call, version, sealed_, must);
    }

    /// @notice An old key objects; at times it is a thief's, or it is not heard because the account was frozen before.
    function cancelRecovery(uint256 seed) external thrown(seed) {
        if (once(2)) return;
        Key memory key = _moving();
        Key memory signer = once(4) ? stranger : key;
        Move storage move_ = moves[key.account];
        bytes memory fields = abi.encode(
            keccak256("CancelRecovery(address from,address to,uint256 readyAt)"),
            key.account,
            move_.to.account,
            move_.readyAt
        );
        bytes memory call = abi.encodeCall(Recovery.cancelRecovery, (key.account, sign(signer, fields)));
        bool silenced = move_.frozenBefore && books[key.account].frozen;
        bool must = move_.readyAt != 0 && !silenced && signer.account == key.account;
        if (!attempt(stranger.account, call, must)) return;
        _acts.push(call);
        _endMove(key.account);
    }

    /// @notice Officials take a recovery back.
    function withdrawRecovery(uint256 seed) external thrown(seed) {
        if (once(2)) return;
        address[] memory from = new address[](1);
        from[0] = _moving().account;
        (uint256 version, uint256 deadline) = (next(actsVersion), _deadline());
        bytes memory fields = abi.encode(
            keccak256("WithdrawRecovery(address[] from,uint256 version,uint256 deadline)"),
            keccak256(abi.encodePacked(from)),
            version,
            deadline
        );
        Seal memory sealed_ = seal(fields);
        bytes memory call = abi.encodeCall(Recovery.withdrawRecovery, (from, version, deadline, sealed_.a, sealed_.b));
        if (_act(call, version, sealed_, moves[from[0]].readyAt != 0)) _endMove(from[0]);
    }

    /// @notice Anybody ends a recovery whose delay is over, or tries to before that.
    function finishRecovery(uint256 seed) external thrown(seed) {
        uint256 index = _movingIndex();
        Key memory old = people[index];
        Move memory move_ = moves[old.account];
        address[] memory from = new address[](1);
        from[0] = old.account;
        bool must = move_.readyAt != 0 && time >= move_.readyAt;
        if (!attempt(stranger.account, abi.encodeCall(Recovery.finishRecovery, (from)), must)) return;
        Book storage book = books[old.account];
        openAccount(move_.to.account, book.kind, book.balance);
        book.balance = 0;
        book.frozen = true;
        book.successor = move_.to.account;
        if (old.account == treasuryAccount) treasuryAccount = move_.to.account;
        people[index] = move_.to;
        retired.push(old);
        delete moves[old.account];
    }

    /// @notice Anybody sends on what came to a retired address; there is nothing to sweep anywhere else.
    function sweep(uint256 seed) external thrown(seed) {
        address[] memory from = new address[](1);
        from[0] = retired.length != 0 && !once(8) ? retired[roll(retired.length)].account : somewhere();
        Book storage book = books[from[0]];
        if (!attempt(stranger.account, abi.encodeCall(Recovery.sweep, (from)), book.successor != address(0))) return;
        books[book.successor].balance += book.balance;
        book.balance = 0;
    }

    function _endMove(address from) private {
        delete books[moves[from].to.account];
        delete moves[from];
    }

    function _moving() private returns (Key memory) {
        return people[_movingIndex()];
    }

    /// @dev Mostly of a person whose recovery is under way, the one furthest on.
    function _movingIndex() private returns (uint256 index) {
        index = roll(people.length);
        if (once(6)) return index;
        for (uint256 i = 0; i < people.length; ++i) {
            uint256 readyAt = moves[people[i].account].readyAt;
            uint256 best = moves[people[index].account].readyAt;
            if (readyAt != 0 && (best == 0 || readyAt < best)) index = i;
        }
    }
}
