// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Vm} from "forge-std/Vm.sol";

import {ICityToken} from "../src/ICityToken.sol";
import {Issuance} from "../src/Issuance.sol";
import {BurnsTest} from "./BurnsTest.sol";
import {Key} from "./CityTokenTest.sol";

/// @title What a year and a programme have issued can be told from the events alone
contract IssuedFromEventsTest is BurnsTest {
    uint256 private constant ACTS = 40;
    uint256 private constant PROGRAMMES = 3;

    uint256 private _random;
    uint256 private _ids;

    // What the events say, and nothing else.
    mapping(uint256 programme => uint256) private _yearOf;
    mapping(uint256 programme => uint256) private _capOf;
    mapping(uint256 programme => uint256) private _issuedOf;
    mapping(uint256 year => uint256) private _issuedIn;
    mapping(address account => uint256) private _balanceOf;
    uint256 private _supply;
    mapping(bytes32 event_ => uint256) private _count;

    /// @dev The city is founded in each test, so that its events are recorded from the first.
    function setUp() public override {}

    /// @dev Programmes 1 and 2 are of this year, 3 of the next.
    function _found() private {
        vm.recordLogs();
        super.setUp();
        openBudget(YEAR + 1, CAP);
        vm.startPrank(issuer);
        token.setProgramme(PROGRAMME, YEAR, CAP / 2);
        token.setProgramme(2, YEAR, CAP / 4);
        token.setProgramme(3, YEAR + 1, CAP / 4);
        vm.stopPrank();
    }

    function test_issued_by_year_and_programme_is_rebuilt_from_events_alone(uint256 seed) public {
        _random = seed;
        _found();
        for (uint256 i = 0; i < ACTS; ++i) {
            _act();
        }

        _rebuild(vm.getRecordedLogs());

        for (uint256 programme = 1; programme <= PROGRAMMES; ++programme) {
            (uint256 year, uint256 cap, uint256 issued) = token.programmeOf(programme);
            assertEq(_yearOf[programme], year);
            assertEq(_capOf[programme], cap);
            assertEq(_issuedOf[programme], issued);
            assertLe(issued, cap);
        }
        assertEq(_issuedIn[YEAR], issuedIn(YEAR));
        assertEq(_issuedIn[YEAR + 1], issuedIn(YEAR + 1));
        assertEq(_supply, token.totalSupply());
        address[4] memory holders = [resident.account, deviceResident.account, shop.account, treasury];
        for (uint256 i = 0; i < holders.length; ++i) {
            assertEq(_balanceOf[holders[i]], token.balanceOf(holders[i]));
        }
    }

    /// @dev The test above means little if nothing is ever cancelled, redeemed or lapsed.
    function test_the_random_acts_meet_every_event() public {
        _random = 1;
        _found();
        for (uint256 i = 0; i < 300; ++i) {
            _act();
        }

        _rebuild(vm.getRecordedLogs());

        assertGt(_count[ICityToken.Issued.selector], 0);
        assertGt(_count[ICityToken.ProgrammeSet.selector], 0);
        for (uint256 reason = 1; reason <= 3; ++reason) {
            assertGt(_count[bytes32(reason)], 0, vm.toString(reason));
        }
    }

    function _act() private {
        uint256 programme = _below(PROGRAMMES) + 1;
        Key memory holder = _below(2) == 0 ? resident : deviceResident;
        uint256 balance = token.balanceOf(holder.account);
        uint256 form = _below(6);
        if (form < 2) {
            (, uint256 cap, uint256 issued) = token.programmeOf(programme);
            if (issued < cap) issueFrom(programme, holder.account, _below(_least(cap - issued, 20_000)) + 1);
        } else if (form == 2) {
            uint256 most = _least(balance, issuedOf(programme));
            if (most != 0) cancel(holder, _id(), programme, _below(most) + 1);
        } else if (form == 3) {
            if (balance != 0) _spendAndRedeem(holder, _below(balance) + 1);
        } else if (form == 4) {
            if (balance != 0) lapse(_id(), holding(holder.account, programme, _below(balance) + 1));
        } else {
            (uint256 year, uint256 cap, uint256 issued) = token.programmeOf(programme);
            vm.prank(issuer);
            token.setProgramme(programme, year, issued + _below(cap - issued + 1));
        }
    }

    /// @dev A holder pays the shop, the shop the treasury, and the bank the shop.
    function _spendAndRedeem(Key memory holder, uint256 amount) private {
        uint256 nonce = ++_ids;
        bytes memory batch = abi.encodePacked(
            one(payment(holder, shop.account, amount, nonce)), one(payment(shop, treasury, amount, nonce))
        );
        vm.prank(settler);
        token.settle("batch", batch);
        redeem(_id(), amounts_(amount));
    }

    function _rebuild(Vm.Log[] memory logs) private {
        for (uint256 i = 0; i < logs.length; ++i) {
            bytes32 event_ = logs[i].topics[0];
            ++_count[event_];
            if (event_ == ICityToken.ProgrammeSet.selector) {
                uint256 programme = uint256(logs[i].topics[1]);
                _yearOf[programme] = uint256(logs[i].topics[2]);
                _capOf[programme] = abi.decode(logs[i].data, (uint256));
            } else if (event_ == ICityToken.Issued.selector) {
                (,, uint256 amount) = abi.decode(logs[i].data, (uint256, address, uint256));
                uint256 programme = uint256(logs[i].topics[2]);
                _issuedOf[programme] += amount;
                _issuedIn[_yearOf[programme]] += amount;
            } else if (event_ == ICityToken.Burned.selector) {
                _rebuildBurn(logs[i]);
            } else if (event_ == IERC20.Transfer.selector) {
                _rebuildTransfer(logs[i]);
            }
        }
    }

    function _rebuildBurn(Vm.Log memory log) private {
        ++_count[log.topics[2]];
        if (uint256(log.topics[2]) != uint256(Issuance.BurnReason.Cancelled)) return;
        (,, uint256 amount) = abi.decode(log.data, (uint256, address, uint256));
        uint256 programme = uint256(log.topics[3]);
        _issuedOf[programme] -= amount;
        _issuedIn[_yearOf[programme]] -= amount;
    }

    function _rebuildTransfer(Vm.Log memory log) private {
        address from = address(uint160(uint256(log.topics[1])));
        address to = address(uint160(uint256(log.topics[2])));
        uint256 amount = abi.decode(log.data, (uint256));
        if (from == address(0)) _supply += amount;
        else _balanceOf[from] -= amount;
        if (to == address(0)) _supply -= amount;
        else _balanceOf[to] += amount;
    }

    function _id() private returns (bytes32) {
        return keccak256(abi.encode("act", ++_ids));
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function _below(uint256 bound_) private returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random % bound_;
    }
}
