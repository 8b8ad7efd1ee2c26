// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {VmSafe} from "forge-std/Vm.sol";

import {CityToken, Founding} from "../src/CityToken.sol";
import {CityTokenSuccessor} from "../src/CityTokenSuccessor.sol";
import {ICityToken} from "../src/ICityToken.sol";
import {ActsTest, Seal} from "./ActsTest.sol";
import {Key} from "./CityTokenTest.sol";

/// @notice What a snapshot is made of: the hash of each list, the years and the programmes that go on.
struct Taken {
    uint256[] chunks;
    uint256[] fiscalYears;
    uint256[] programmes;
}

/// @title A city that has lived, and the way from its contract to the next
/// @notice The successor is there before the old contract is closed for it. The accounts are in two lists of addresses.
abstract contract SuccessionTest is ActsTest {
    uint256 internal constant LAST_PROGRAMME = 2; // of the year after YEAR

    CityToken internal old;
    CityTokenSuccessor internal next;
    bytes internal successorCode;
    address[] internal everybody;

    Key internal frozenResident;
    Key internal lost;
    address internal foundAgain = makeAddr("the new address of a lost key");

    /// @dev A city that has lived: payments, a redemption, a frozen resident, a recovery with won still to be swept, and
    /// budgets of two years with something issued in each.
    function setUp() public virtual override {
        super.setUp();
        successorCode = artifact("CityTokenSuccessor");
        frozenResident = secp256k1Key("frozen resident");
        lost = secp256k1Key("resident who lost their key");
        register(frozenResident.account, RESIDENT);
        register(lost.account, RESIDENT);
        issueTo(frozenResident.account, 700);
        issueTo(lost.account, 900);
        freeze(frozenResident.account);
        openBudget(YEAR + 1, CAP);
        vm.prank(issuer);
        token.setProgramme(LAST_PROGRAMME, YEAR + 1, CAP / 2);
        vm.prank(issuer);
        token.issue("next year", LAST_PROGRAMME, recipients(resident.account, 5_000));
        settleOne(payment(resident, shop.account, 2_500, 1));
        settleOne(payment(shop, treasury, 500, 1));
        recover(lost.account, foundAgain);
        settleOne(payment(resident, lost.account, 40, 2));
        old = token;
        everybody = [treasury, resident.account, deviceResident.account, lost.account];
        everybody.push(shop.account);
        everybody.push(frozenResident.account);
        everybody.push(foundAgain);
    }

    /// @dev The whole way; from here on `token` is the successor.
    function succeed() internal {
        address[][] memory lists = listsOfOld();
        createSuccessor();
        closeFor(lists);
        takeOver(lists);
        for (uint256 i = 0; i < lists.length; ++i) {
            vm.prank(stranger.account);
            next.carryOver(lists[i]);
        }
        vm.prank(guardian);
        next.unpause();
    }

    /// @dev All accounts of the old contract, in two lists.
    function listsOfOld() internal view returns (address[][] memory lists) {
        lists = new address[][](2);
        lists[0] = new address[](4);
        lists[1] = new address[](3);
        for (uint256 i = 0; i < everybody.length; ++i) {
            lists[i / 4][i % 4] = everybody[i];
        }
    }

    function takenOf(address[][] memory lists) internal pure returns (Taken memory taken) {
        taken.chunks = new uint256[](lists.length);
        for (uint256 i = 0; i < lists.length; ++i) {
            taken.chunks[i] = uint256(arrayHash(lists[i]));
        }
        taken.fiscalYears = new uint256[](2);
        (taken.fiscalYears[0], taken.fiscalYears[1]) = (YEAR, YEAR + 1);
        taken.programmes = new uint256[](2);
        (taken.programmes[0], taken.programmes[1]) = (PROGRAMME, LAST_PROGRAMME);
    }

    function row(Taken memory taken) internal pure returns (uint256[] memory words) {
        return abi.decode(
            abi.encodePacked(
                uint256(32),
                taken.chunks.length + taken.fiscalYears.length + taken.programmes.length,
                taken.chunks,
                taken.fiscalYears,
                taken.programmes
            ),
            (uint256[])
        );
    }

    /// @dev As the specification has it: how many lists and years, and all of it in a row.
    function snapshotOf(Taken memory taken) internal pure returns (bytes32) {
        return keccak256(
            abi.encodePacked(
                taken.chunks.length, taken.fiscalYears.length, taken.chunks, taken.fiscalYears, taken.programmes
            )
        );
    }

    function sumOf(address[] memory accounts) internal view returns (uint256 sum) {
        for (uint256 i = 0; i < accounts.length; ++i) {
            sum += old.balanceOf(accounts[i]);
        }
    }

    /// @dev Pause and close the old contract for the successor that is there, and these lists.
    function closeFor(address[][] memory lists) internal {
        closeForThe(takenOf(lists));
    }

    function closeForThe(Taken memory taken) internal {
        if (!old.paused()) pause();
        does(closeCall(address(next), snapshotOf(taken), seal()));
    }

    /// @dev Sent by a stranger. From here on `token` is the successor.
    function takeOver(address[][] memory lists) internal {
        takeOverThe(takenOf(lists));
    }

    function takeOverThe(Taken memory taken) internal {
        vm.prank(stranger.account);
        next.takeOver(taken.chunks.length, taken.fiscalYears.length, row(taken));
        token = next;
    }

    function refusesToTakeOver(Taken memory taken, bytes memory reason) internal {
        uint256[] memory words = row(taken);
        vm.expectRevert(reason);
        next.takeOver(taken.chunks.length, taken.fiscalYears.length, words);
    }

    function closeUnder(Seal memory by) internal view returns (bytes memory) {
        return closeCall(address(next), "snapshot", by);
    }

    /// @dev The artifact, as `found` deploys it; it waits for the old contract.
    function createSuccessor() internal {
        next = createdWith(founding());
    }

    function createdWith(Founding memory with) internal returns (CityTokenSuccessor) {
        if (vm.isContext(VmSafe.ForgeContext.Coverage)) return new CityTokenSuccessor(with, old);
        return CityTokenSuccessor(create(successorCode, abi.encode(with, old)));
    }

    function notClosedForIt() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(CityTokenSuccessor.PredecessorNotClosed.selector);
    }

    function chunkUnknown(address[] memory accounts) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(CityTokenSuccessor.ChunkUnknown.selector, arrayHash(accounts));
    }

    function refusesList(address[] memory accounts, bytes memory reason) internal {
        vm.expectRevert(reason);
        next.carryOver(accounts);
    }

    function refusesToUnpause(uint256 chunks, uint256 won) internal {
        refusesWhileUnfinished(chunks, won, guardian, abi.encodeCall(next.unpause, ()));
    }

    function refusesWhileUnfinished(uint256 chunks, uint256 won, address caller, bytes memory call) internal {
        refuses(abi.encodeWithSelector(CityTokenSuccessor.TakeoverUnfinished.selector, chunks, won), caller, call);
    }

    function isClosedTo(address caller, bytes memory call) internal {
        refuses(abi.encodeWithSelector(ICityToken.Closed.selector), caller, call);
    }

    function budgetIn(CityToken of_, uint256 year) internal view returns (bytes memory) {
        (
            uint256 cap,
            uint256 issued,
            uint256 programmed,
            uint256 version,
            uint256 starts,
            uint256 ends,
            bytes32 basis
        ) = of_.budgetOf(year);
        return abi.encode(cap, issued, programmed, version, starts, ends, basis);
    }

    function amendNow(uint256 cap, uint256 version) internal {
        bytes memory fields = budgetFields(YEAR, YEAR_STARTS, YEAR_ENDS, cap, version, block.timestamp);
        (bytes memory a, bytes memory b) = (sign(officialA, fields), sign(officialB, fields));
        token.setBudget(YEAR, YEAR_STARTS, YEAR_ENDS, cap, BASIS, version, block.timestamp, a, b);
    }

    /// @dev A recovery from its start to its end, and the time it takes.
    function recover(address from, address to) internal {
        does(startCall(list(from), list(to), seal()));
        vm.warp(block.timestamp + RECOVERY_DELAY);
        token.finishRecovery(list(from));
    }
}
