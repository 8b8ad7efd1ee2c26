// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ICityToken} from "./ICityToken.sol";
import {Officials} from "./Officials.sol";

/// @title Who may send what: four keys that work every day, each for one task
/// @notice The officials decide who holds a role, in two steps: two of them nominate, and the nominated key accepts by a
/// call of its own, so that no role is handed to an address that nobody can use. A stolen key can't hand its role on,
/// and is put out of its role at once by `revokeRole`.
abstract contract Roles is Officials, Pausable {
    /// @notice Who may accept a role, and the last second in which they may, as `nominated` tells it.
    struct Nomination {
        address incoming;
        uint64 until;
    }

    bytes32 internal constant ISSUER = "issuer";
    bytes32 internal constant SETTLER = "settler";
    bytes32 internal constant REGISTRAR = "registrar";
    bytes32 internal constant GUARDIAN = "guardian";

    /// @notice The EIP-712 type of what two officials sign to nominate who shall hold a role.
    bytes32 internal constant NOMINATE_TYPEHASH =
        keccak256("Nominate(bytes32 role,address incoming,uint256 version,uint256 deadline)");
    /// @notice The EIP-712 type of what two officials sign to empty a role.
    bytes32 internal constant REVOKE_ROLE_TYPEHASH =
        keccak256("RevokeRole(bytes32 role,uint256 version,uint256 deadline)");

    // The first after `Pausable`'s flag, and with it in one slot, as are the two that follow: `settle` reads them all.

    /// @inheritdoc ICityToken
    address public override settler;
    /// @inheritdoc ICityToken
    uint16 public override kindsAllowed;
    /// @inheritdoc ICityToken
    bool public override closed;

    /// @inheritdoc ICityToken
    address public override issuer;
    /// @inheritdoc ICityToken
    address public override registrar;
    /// @inheritdoc ICityToken
    address public override guardian;

    /// @inheritdoc ICityToken
    mapping(bytes32 role => Nomination) public override nominated;

    modifier only(address holder, bytes32 role) {
        _requireOpen();
        if (msg.sender != holder) revert NotAuthorised(msg.sender, role);
        _;
    }

    constructor(address issuer_, address settler_, address registrar_, address guardian_) {
        if (issuer_ == address(0) || settler_ == address(0) || registrar_ == address(0) || guardian_ == address(0)) {
            revert ZeroAddress();
        }
        issuer = issuer_;
        settler = settler_;
        registrar = registrar_;
        guardian = guardian_;
    }

    /// @inheritdoc ICityToken
    function nominate(
        bytes32 role,
        address incoming,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external override {
        _countAct(version);
        _twoOfficials(
            abi.encode(NOMINATE_TYPEHASH, role, incoming, version, deadline), deadline, signatureA, signatureB
        );
        _requireRole(role);
        // What was signed is good for a time, the acceptance too: a key that lay in a drawer takes no role years later.
        uint64 until = uint64(Math.min(deadline, type(uint64).max));
        nominated[role] = Nomination({incoming: incoming, until: until});
        emit RoleNominated(role, incoming, until);
    }

    /// @inheritdoc ICityToken
    function acceptRole(bytes32 role) external override {
        _requireOpen();
        _requireRole(role);
        if (msg.sender != nominated[role].incoming) revert NotAuthorised(msg.sender, role);
        _inTime(nominated[role].until);
        delete nominated[role];
        _handOver(role, msg.sender);
    }

    /// @inheritdoc ICityToken
    function revokeRole(
        bytes32 role,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external override {
        _countAct(version);
        _twoOfficials(abi.encode(REVOKE_ROLE_TYPEHASH, role, version, deadline), deadline, signatureA, signatureB);
        _requireRole(role);
        delete nominated[role];
        _handOver(role, address(0));
    }

    /// @inheritdoc ICityToken
    function pause() external override only(guardian, GUARDIAN) {
        _pause();
    }

    /// @inheritdoc ICityToken
    function unpause() external override only(guardian, GUARDIAN) {
        _unpause();
    }

    function _handOver(bytes32 role, address incoming) private {
        address outgoing;
        if (role == ISSUER) (outgoing, issuer) = (issuer, incoming);
        else if (role == SETTLER) (outgoing, settler) = (settler, incoming);
        else if (role == REGISTRAR) (outgoing, registrar) = (registrar, incoming);
        else (outgoing, guardian) = (guardian, incoming);
        emit RoleHandedOver(role, outgoing, incoming);
    }

    function _requireRole(bytes32 role) private pure {
        if (role != ISSUER && role != SETTLER && role != REGISTRAR && role != GUARDIAN) revert UnknownRole(role);
    }

    function _requireOpen() internal view virtual override {
        if (closed) revert Closed();
    }
}
