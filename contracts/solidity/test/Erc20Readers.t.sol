// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Vm} from "forge-std/Vm.sol";

import {CityToken, Founding} from "../src/CityToken.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {BurnsTest} from "./BurnsTest.sol";
import {Payment} from "./CityTokenTest.sol";

/// @title What a reader who knows ERC-20 and nothing of this city may rely on
/// @notice The properties that the common suites for ERC-20 ask of its readers and events; of its movers, that they
/// refuse everybody and change nothing.
contract Erc20ReadersTest is BurnsTest {
    address[] private _holders;
    mapping(address account => uint256) private _told; // what the transfers come to
    uint256 private _toldSupply;

    /// @dev The city is founded and lives under the recorder, so that no transfer is missed.
    function setUp() public override {
        vm.recordLogs();
        super.setUp();
        _holders = [resident.account, deviceResident.account, shop.account, treasury];
    }

    /// forge-config: default.fuzz.runs = 100
    function test_the_transfers_alone_tell_every_balance_and_the_supply(uint256 seed) public {
        for (uint256 i = 0; i < 16; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _live(seed, i + 1);
            assertEq(_sum(), token.totalSupply());
        }

        _hear(vm.getRecordedLogs());
        assertEq(_toldSupply, token.totalSupply());
        for (uint256 i = 0; i < _holders.length; ++i) {
            assertEq(_told[_holders[i]], token.balanceOf(_holders[i]));
        }
    }

    function test_nobody_has_more_than_there_is(address anybody) public view {
        assertLe(token.balanceOf(anybody), token.totalSupply());
    }

    function test_neither_zero_nor_the_contract_nor_a_stranger_has_anything() public view {
        assertEq(token.balanceOf(address(0)), 0);
        assertEq(token.balanceOf(address(token)), 0);
        assertEq(token.balanceOf(stranger.account), 0);
    }

    function test_the_longest_name_and_symbol_are_told_as_they_were_given() public {
        Founding memory with = founding();
        with.name = "a name of one and thirty bytes.";
        with.symbol = "a symbol of as many bytes, 31..";

        CityToken city = found(with);

        assertEq(city.name(), with.name);
        assertEq(city.symbol(), with.symbol);
        assertEq(city.decimals(), 0);
    }

    /// @dev Zero won, oneself and the zero address, which ERC-20 treats apart, are refused as everything is.
    function test_every_mover_refuses_everybody_and_changes_nothing(address caller, address other, uint256 amount)
        public
    {
        address[4] memory callers = [caller, resident.account, shop.account, settler];
        address[4] memory others = [other, resident.account, address(0), address(token)];
        uint256 before = _sum();
        for (uint256 i = 0; i < callers.length; ++i) {
            for (uint256 j = 0; j < others.length; ++j) {
                _refuses(callers[i], others[j], amount);
                _refuses(callers[i], others[j], 0);
                assertEq(token.allowance(others[j], callers[i]), 0);
            }
        }

        assertEq(_sum(), before);
        assertEq(token.totalSupply(), before);
        assertEq(token.balanceOf(resident.account), MONEY);
    }

    /// @dev One of the ways in which won come, move and end; some of them refused.
    function _live(uint256 seed, uint256 nonce) private {
        uint256 amount = seed % 3_000;
        uint256 way = (seed >> 128) % 6;
        if (way == 0) issueTo(_holders[(seed >> 64) % 4], amount + 1);
        if (way == 1) _pays(payment(resident, shop.account, amount, nonce));
        if (way == 2) _pays(payment(deviceResident, resident.account, amount, nonce));
        if (way == 3) _pays(payment(shop, treasury, amount, nonce));
        if (way == 4) lapse(bytes32(nonce), holding(resident.account, amount + 1));
        if (way == 5 && token.balanceOf(treasury) != 0) redeem(bytes32(nonce), amounts_(token.balanceOf(treasury)));
    }

    /// @dev Without the helper that reads a batch's outcome, which takes the recorded events away.
    function _pays(Payment memory p) private {
        bytes memory batch = one(p);
        vm.prank(settler);
        token.settle("batch", batch);
    }

    /// @dev Add the transfers up as an explorer does: two indexed addresses and a number, zero for where won come and end.
    function _hear(Vm.Log[] memory logs) private {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != address(token)) continue;
            assertTrue(logs[i].topics[0] != IERC20.Approval.selector, "nobody spends for another");
            if (logs[i].topics[0] != IERC20.Transfer.selector) continue;
            assertEq(logs[i].topics.length, 3);
            assertEq(logs[i].data.length, 32);
            address from = address(uint160(uint256(logs[i].topics[1])));
            address to = address(uint160(uint256(logs[i].topics[2])));
            uint256 amount = abi.decode(logs[i].data, (uint256));
            if (from == address(0)) _toldSupply += amount;
            else _told[from] -= amount;
            if (to == address(0)) _toldSupply -= amount;
            else _told[to] += amount;
        }
    }

    function _sum() private view returns (uint256 sum) {
        for (uint256 i = 0; i < _holders.length; ++i) {
            sum += token.balanceOf(_holders[i]);
        }
    }

    function _refuses(address caller, address other, uint256 amount) private {
        vm.startPrank(caller);
        vm.expectRevert(ICityToken.UseSignedPayment.selector);
        token.transfer(other, amount);
        vm.expectRevert(ICityToken.UseSignedPayment.selector);
        token.approve(other, amount);
        vm.expectRevert(ICityToken.UseSignedPayment.selector);
        token.transferFrom(other, caller, amount);
        vm.stopPrank();
    }
}
