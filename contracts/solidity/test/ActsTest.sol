// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICityToken} from "../src/ICityToken.sol";
import {CityTokenTest, Key} from "./CityTokenTest.sol";

/// @notice Whose two signatures an act bears, which number it has, and until when it may be sent.
struct Seal {
    Key a;
    Key b;
    uint256 version;
    uint256 deadline;
}

/// @title What the tests of acts share: what two officials sign, and the call that carries it
/// @notice The typed structs are written here once more, from the specification and without the contract's own code. A
/// call is made as bytes, so that the same one can be sent by anybody, changed, and sent again.
abstract contract ActsTest is CityTokenTest {
    bytes32 internal constant ISSUER = "issuer";
    bytes32 internal constant SETTLER = "settler";
    bytes32 internal constant REGISTRAR = "registrar";
    bytes32 internal constant GUARDIAN = "guardian";

    // ---- Calls ---------------------------------------------------------------------------------------------------

    /// @dev The call goes through, whoever sends it.
    function does(address caller, bytes memory call) internal {
        vm.prank(caller);
        (bool ok, bytes memory answer) = address(token).call(call);
        if (!ok) emit log_named_bytes("refused with", answer);
        assertTrue(ok, "the call is refused");
    }

    function does(bytes memory call) internal {
        does(stranger.account, call);
    }

    /// @dev The call is refused with this very error.
    function refuses(bytes memory expected, address caller, bytes memory call) internal {
        vm.prank(caller);
        (bool ok, bytes memory answer) = address(token).call(call);
        assertFalse(ok, "the call goes through");
        assertEq(answer, expected);
    }

    function refuses(bytes memory expected, bytes memory call) internal {
        refuses(expected, stranger.account, call);
    }

    // ---- Seals ---------------------------------------------------------------------------------------------------

    /// @dev Both officials sign the next of the numbered acts.
    function seal() internal view returns (Seal memory) {
        return Seal(officialA, officialB, token.actsVersion() + 1, block.timestamp + 1 hours);
    }

    /// @dev Both officials sign the next change of the officials.
    function rotationSeal() internal view returns (Seal memory) {
        return Seal(officialA, officialB, token.officialsVersion() + 1, block.timestamp + 1 hours);
    }

    function sealedWith(Seal memory by, bytes memory fields) internal view returns (bytes memory a, bytes memory b) {
        return (sign(by.a, fields), sign(by.b, fields));
    }

    // ---- Acts ----------------------------------------------------------------------------------------------------

    function rotateCall(address outgoing, address incoming, Seal memory by) internal view returns (bytes memory) {
        (bytes memory a, bytes memory b) = sealedWith(by, rotationFields(outgoing, incoming, by.version, by.deadline));
        return abi.encodeCall(token.rotateOfficial, (outgoing, incoming, by.version, by.deadline, a, b));
    }

    function nominateCall(bytes32 role, address incoming, Seal memory by) internal view returns (bytes memory) {
        (bytes memory a, bytes memory b) = sealedWith(
            by,
            abi.encode(
                keccak256("Nominate(bytes32 role,address incoming,uint256 version,uint256 deadline)"),
                role,
                incoming,
                by.version,
                by.deadline
            )
        );
        return abi.encodeCall(token.nominate, (role, incoming, by.version, by.deadline, a, b));
    }

    function revokeCall(bytes32 role, Seal memory by) internal view returns (bytes memory) {
        (bytes memory a, bytes memory b) = sealedWith(
            by,
            abi.encode(
                keccak256("RevokeRole(bytes32 role,uint256 version,uint256 deadline)"), role, by.version, by.deadline
            )
        );
        return abi.encodeCall(token.revokeRole, (role, by.version, by.deadline, a, b));
    }

    function setKindsCall(uint256 kindsAllowed, Seal memory by) internal view returns (bytes memory) {
        (bytes memory a, bytes memory b) = sealedWith(
            by,
            abi.encode(
                keccak256("SetKindsAllowed(uint256 kindsAllowed,uint256 version,uint256 deadline)"),
                kindsAllowed,
                by.version,
                by.deadline
            )
        );
        return abi.encodeCall(token.setKindsAllowed, (kindsAllowed, by.version, by.deadline, a, b));
    }

    /// @dev For what stands there now.
    function closeCall(address successor, bytes32 snapshot, Seal memory by) internal view returns (bytes memory) {
        return closeCallFor(successor, successor.codehash, snapshot, by);
    }

    function closeCallFor(address successor, bytes32 successorCode, bytes32 snapshot, Seal memory by)
        internal
        view
        returns (bytes memory)
    {
        (bytes memory a, bytes memory b) = sealedWith(
            by,
            abi.encode(
                keccak256(
                    "Close(address successor,bytes32 successorCode,bytes32 snapshot,uint256 version,uint256 deadline)"
                ),
                successor,
                successorCode,
                snapshot,
                by.version,
                by.deadline
            )
        );
        return abi.encodeCall(token.close, (successor, successorCode, snapshot, by.version, by.deadline, a, b));
    }

    function startCall(address[] memory from, address[] memory to, Seal memory by)
        internal
        view
        returns (bytes memory)
    {
        (bytes memory a, bytes memory b) = sealedWith(
            by,
            abi.encode(
                keccak256("StartRecovery(address[] from,address[] to,uint256 version,uint256 deadline)"),
                arrayHash(from),
                arrayHash(to),
                by.version,
                by.deadline
            )
        );
        return abi.encodeCall(token.startRecovery, (from, to, by.version, by.deadline, a, b));
    }

    function withdrawCall(address[] memory from, Seal memory by) internal view returns (bytes memory) {
        (bytes memory a, bytes memory b) = sealedWith(
            by,
            abi.encode(
                keccak256("WithdrawRecovery(address[] from,uint256 version,uint256 deadline)"),
                arrayHash(from),
                by.version,
                by.deadline
            )
        );
        return abi.encodeCall(token.withdrawRecovery, (from, by.version, by.deadline, a, b));
    }

    /// @dev The objection of a key to a recovery: to the new address and the time that it names.
    function objectCall(address from, address to, uint256 readyAt, Key memory by) internal view returns (bytes memory) {
        bytes memory fields =
            abi.encode(keccak256("CancelRecovery(address from,address to,uint256 readyAt)"), from, to, readyAt);
        return abi.encodeCall(token.cancelRecovery, (from, sign(by, fields)));
    }

    /// @dev As EIP-712 hashes an array of addresses: each in a word of its own, in a row.
    function arrayHash(address[] memory accounts) internal pure returns (bytes32) {
        bytes memory row;
        for (uint256 i = 0; i < accounts.length; ++i) {
            row = bytes.concat(row, bytes32(uint256(uint160(accounts[i]))));
        }
        return keccak256(row);
    }

    function list(address one_) internal pure returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = one_;
    }

    function list(address one_, address two) internal pure returns (address[] memory accounts) {
        accounts = new address[](2);
        (accounts[0], accounts[1]) = (one_, two);
    }

    function list(address one_, address two, address three) internal pure returns (address[] memory accounts) {
        accounts = new address[](3);
        (accounts[0], accounts[1], accounts[2]) = (one_, two, three);
    }

    function pause() internal {
        vm.prank(guardian);
        token.pause();
    }

    // ---- What every act of two officials is held to --------------------------------------------------------------

    /// @dev Two different officials of the moment, in either scheme and order; the next number and no other; to the last
    /// second and no longer; sent by anyone, once. Afterwards the act is done.
    /// @param callOf the act's call under a given seal
    /// @param good the seal under which it goes through
    /// @param versionWrong the error that says which number was expected and which given
    function isHeldToTwoOfficials(
        function(Seal memory) internal view returns (bytes memory) callOf,
        Seal memory good,
        bytes4 versionWrong
    ) internal {
        Key memory device = p256Key("a stranger's device");
        (Key memory a, Key memory b) = (good.a, good.b);
        _refusesSigners(callOf, good, a, a, abi.encodeWithSelector(ICityToken.SameOfficialTwice.selector, a.account));
        _refusesSigners(callOf, good, b, b, abi.encodeWithSelector(ICityToken.SameOfficialTwice.selector, b.account));
        _refusesSigners(callOf, good, a, stranger, notAnOfficial(stranger.account));
        _refusesSigners(callOf, good, stranger, b, notAnOfficial(stranger.account));
        _refusesSigners(callOf, good, a, device, notAnOfficial(device.account));
        _refusesSigners(callOf, good, device, b, notAnOfficial(device.account));
        _refusesVersion(callOf, good, good.version - 1, versionWrong);
        _refusesVersion(callOf, good, good.version + 1, versionWrong);

        bytes memory call = callOf(good);
        vm.warp(good.deadline + 1);
        refuses(abi.encodeWithSelector(ICityToken.DeadlinePassed.selector, good.deadline), call);

        vm.warp(good.deadline);
        uint256 state = vm.snapshotState();
        does(callOf(Seal(b, a, good.version, good.deadline)));
        assertTrue(vm.revertToState(state), "the other order is good too");
        does(call);
        refuses(abi.encodeWithSelector(versionWrong, good.version + 1, good.version), call);
    }

    /// @dev A word of the call's terms that is not the signed one yields another signer.
    function isHeldToItsTerm(bytes memory call, uint256 word) internal {
        bytes memory changed = bytes.concat(call);
        uint256 lastByte = 4 + 32 * word + 31;
        changed[lastByte] = bytes1(uint8(changed[lastByte]) ^ 1);
        (bool ok, bytes memory answer) = address(token).call(changed);
        assertFalse(ok, "terms that nobody signed go through");
        assertEq(bytes4(answer), ICityToken.NotAnOfficial.selector);
    }

    function notAnOfficial(address signer) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ICityToken.NotAnOfficial.selector, signer);
    }

    function _refusesSigners(
        function(Seal memory) internal view returns (bytes memory) callOf,
        Seal memory good,
        Key memory a,
        Key memory b,
        bytes memory expected
    ) private {
        refuses(expected, callOf(Seal(a, b, good.version, good.deadline)));
    }

    function _refusesVersion(
        function(Seal memory) internal view returns (bytes memory) callOf,
        Seal memory good,
        uint256 version,
        bytes4 versionWrong
    ) private {
        bytes memory expected = abi.encodeWithSelector(versionWrong, good.version, version);
        refuses(expected, callOf(Seal(good.a, good.b, version, good.deadline)));
    }
}
