// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Budgets} from "../src/Budgets.sol";
import {CityToken} from "../src/CityToken.sol";
import {CityTokenTest, Key, Outcome, Payment} from "./CityTokenTest.sol";

/// @notice A city in which everything happens in any order: people pay, a thief tries, batches are played again,
/// money is issued, caps move, accounts freeze, all of it stops and goes on. It counts what must never happen.
contract Handler is CityTokenTest {
    uint256[2] public fiscalYears = [YEAR, YEAR + 1];

    /// @notice What the issues that went through came to, by year.
    mapping(uint256 year => uint256) public issued;
    /// @notice How often a payment of this payer and nonce moved won; and the worst of them.
    mapping(address payer => mapping(uint256 nonce => uint256)) public timesSettled;
    uint256 public mostTimesSettled;
    /// @notice How often the contract let something through, or held something up, against the rules.
    uint256 public wrongs;

    uint256 public settledInAll;
    uint256 public replaysRefused;

    Key[] private _people;
    bytes[] private _batches;
    Payment[][] private _contents;
    uint256 private _issueNumber;

    function setUp() public override {
        super.setUp();
        issued[YEAR] = token.totalSupply();
        openBudget(YEAR + 1, CAP);
        vm.prank(issuer);
        token.setProgramme(2, YEAR + 1, CAP);
        _people.push(resident);
        _people.push(deviceResident);
        _people.push(shop);
        _people.push(p256Key("shop with a device"));
        register(_people[3].account, SHOP);
    }

    function city() external view returns (CityToken) {
        return token;
    }

    function accounts() external view returns (address[] memory list) {
        list = new address[](_people.length + 3);
        for (uint256 i = 0; i < _people.length; ++i) {
            list[i] = _people[i].account;
        }
        list[_people.length] = treasury;
        list[_people.length + 1] = stranger.account;
    }

    /// @notice Somebody pays somebody, twice in the batch, with amounts and nonces of all sorts.
    function pay(uint256 who, uint256 whom, uint256 amount, uint256 back) external {
        Key memory payer = _people[who % _people.length];
        (,,, uint64 highest,) = token.accountOf(payer.account);
        address payee = whom % 5 == 4 ? treasury : _people[whom % 5].account;
        uint256 nonce = uint256(highest) + 1 + back % 3;
        uint256 older = highest > 70 ? highest - back % 70 : back % 70;
        Payment[] memory payments = new Payment[](2);
        payments[0] = payment(payer, payee, amount % 600, nonce);
        payments[1] = payment(payer, payee, amount % 7, older);
        _settleAndCount(payments, _packed(payments));
    }

    /// @notice A batch from before, to the byte.
    function replay(uint256 which) external {
        if (_batches.length == 0) return;
        uint256 index = which % _batches.length;
        uint256 before = settledInAll;
        _settleAndCount(_contents[index], _batches[index]);
        if (settledInAll == before) ++replaysRefused;
    }

    /// @notice A thief signs with a key of its own, or turns an honest signature to other terms.
    function steal(uint256 whose, uint256 amount, bool withOwnKey) external {
        Key memory victim = _people[whose % _people.length];
        (,,, uint64 highest,) = token.accountOf(victim.account);
        Payment memory honest = payment(victim, shop.account, 1, uint256(highest) + 1);
        (bytes32 r, bytes32 s) = signatureWords(victim, hashFor(victim, paymentFields(honest)));
        honest.amount = 2 + amount % 1_000;
        if (withOwnKey) {
            // As the victim's own device would show it, key and all, but signed by the thief.
            (r, s) = victim.isP256
                ? vm.signP256(stranger.secret, hashFor(victim, paymentFields(honest)))
                : vm.signCompact(stranger.secret, hashFor(victim, paymentFields(honest)));
        }
        uint256 before = token.balanceOf(victim.account);
        vm.prank(settler);
        try token.settle("theft", abi.encodePacked(header(shop.account, victim.isP256, 1), recordWith(honest, r, s))) {
            if (token.paused()) ++wrongs;
        } catch {
            if (!token.paused()) ++wrongs;
        }
        if (token.balanceOf(victim.account) != before) ++wrongs;
    }

    /// @notice The issuer issues, often more than it may.
    function issueSome(uint256 whom, uint256 amount, bool nextYear) external {
        uint256 year = nextYear ? YEAR + 1 : YEAR;
        amount = 1 + amount % (CAP / 4);
        bytes32 id = bytes32(++_issueNumber);
        bool mayPass = !token.paused() && issuedIn(year) + amount <= capOf(year);
        vm.prank(issuer);
        try token.issue(id, nextYear ? 2 : 1, recipients(_people[whom % _people.length].account, amount)) {
            if (!mayPass) ++wrongs;
            issued[year] += amount;
        } catch {}
        vm.prank(issuer);
        try token.issue(id, nextYear ? 2 : 1, recipients(shop.account, 1)) {
            // The first may have been refused; then this is the id's first use.
            if (mayPass && token.issueUsed(id) && issued[year] + 1 != issuedIn(year)) ++wrongs;
            issued[year] += 1;
        } catch {}
    }

    /// @notice Two officials amend a cap, up or down, and the issuer gives the programme what it can.
    function amend(uint256 cap, bool nextYear) external {
        uint256 year = nextYear ? YEAR + 1 : YEAR;
        cap = cap % (2 * CAP);
        (,, uint256 programmed,,,) = token.budgetOf(year);
        uint256 version = versionOf(year) + 1;
        bytes memory fields = budgetFields(year, YEAR_STARTS, YEAR_ENDS, cap, version, NOW);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        try token.setBudget(year, YEAR_STARTS, YEAR_ENDS, cap, version, NOW, a, b) {
            if (cap < programmed || cap < issued[year]) ++wrongs;
        } catch {}
        vm.prank(issuer);
        try token.setProgramme(nextYear ? 2 : 1, year, cap) {
            if (cap > capOf(year)) ++wrongs;
        } catch {}
    }

    /// @notice One official alone, with a stranger, tries for more.
    function amendAlone(uint256 cap) external {
        uint256 version = versionOf(YEAR) + 1;
        bytes memory fields = budgetFields(YEAR, YEAR_STARTS, YEAR_ENDS, cap, version, NOW);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(stranger, fields));
        try token.setBudget(YEAR, YEAR_STARTS, YEAR_ENDS, cap, version, NOW, a, b) {
            ++wrongs;
        } catch {}
    }

    function freezeOrThaw(uint256 whom, bool frozen) external {
        vm.prank(registrar);
        token.setFrozen(_people[whom % _people.length].account, frozen);
    }

    /// @notice Stop, or go on; it goes on more often, so that something happens.
    function pauseOrGoOn(uint256 mood) external {
        bool stop = mood % 4 == 0;
        if (stop == token.paused()) return;
        vm.prank(guardian);
        stop ? token.pause() : token.unpause();
    }

    function _packed(Payment[] memory payments) private view returns (bytes memory) {
        return abi.encodePacked(
            header(payments[0].payee, payments[0].payer.isP256, 2), record(payments[0]), record(payments[1])
        );
    }

    function _settleAndCount(Payment[] memory payments, bytes memory batch) private {
        vm.recordLogs();
        vm.prank(settler);
        try token.settle("batch", batch) {
            if (token.paused()) ++wrongs;
        } catch {
            if (!token.paused()) ++wrongs;
            return;
        }
        Outcome memory outcome = outcomeOf(vm.getRecordedLogs());
        for (uint256 i = 0; i < payments.length; ++i) {
            if (outcome.reasons[i] != SETTLED) continue;
            ++settledInAll;
            uint256 times = ++timesSettled[payments[i].payer.account][payments[i].nonce];
            if (times > mostTimesSettled) mostTimesSettled = times;
        }
        _batches.push(batch);
        Payment[] storage contents = _contents.push();
        for (uint256 i = 0; i < payments.length; ++i) {
            contents.push(payments[i]);
        }
    }
}

/// @title The three lines at the top of CityToken.sol, whatever happens
contract InvariantsTest is CityTokenTest {
    Handler private _handler;

    function setUp() public override {
        _handler = new Handler();
        _handler.setUp();
        token = _handler.city();
        bytes4[] memory selectors = new bytes4[](9);
        selectors[0] = Handler.pay.selector;
        selectors[1] = Handler.replay.selector;
        selectors[2] = Handler.steal.selector;
        selectors[3] = Handler.issueSome.selector;
        selectors[4] = Handler.amend.selector;
        selectors[5] = Handler.amendAlone.selector;
        selectors[6] = Handler.freezeOrThaw.selector;
        selectors[7] = Handler.pauseOrGoOn.selector;
        selectors[8] = Handler.pay.selector; // twice as often as the rest
        targetContract(address(_handler));
        targetSelector(FuzzSelector(address(_handler), selectors));
    }

    function invariant_balances_sum_to_the_supply() public view {
        address[] memory accounts = _handler.accounts();
        uint256 sum = 0;
        for (uint256 i = 0; i < accounts.length; ++i) {
            sum += token.balanceOf(accounts[i]);
        }
        assertEq(sum, token.totalSupply());
    }

    function invariant_what_is_issued_is_counted_and_never_exceeds_the_years_cap() public view {
        uint256 sum = 0;
        for (uint256 i = 0; i < 2; ++i) {
            uint256 year = _handler.fiscalYears(i);
            assertEq(issuedIn(year), _handler.issued(year));
            assertLe(issuedIn(year), capOf(year));
            sum += issuedIn(year);
        }
        assertEq(sum, token.totalSupply());
    }

    function invariant_no_payer_and_nonce_takes_effect_twice() public view {
        assertLe(_handler.mostTimesSettled(), 1);
    }

    function invariant_nothing_goes_through_that_must_not_and_pause_stops_it_all() public view {
        assertEq(_handler.wrongs(), 0);
    }

    /// @dev The invariants mean little where nothing happens: the same city, walked once by hand.
    function test_the_handler_does_settle_refuse_and_issue() public {
        for (uint256 i = 0; i < 12; ++i) {
            _handler.pay(i, 2 + i % 2, 100 + i, i);
            _handler.steal(i, i, i % 2 == 0);
            _handler.issueSome(i, CAP / 5, i % 2 == 0);
            _handler.replay(i);
        }

        assertGt(_handler.settledInAll(), 5);
        assertGt(_handler.replaysRefused(), 5);
        assertGt(issuedIn(YEAR + 1), CAP / 2);
        assertEq(_handler.wrongs(), 0);
    }
}
