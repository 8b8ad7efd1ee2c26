// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {Officials} from "./Officials.sol";

/// @title Who may send what: four keys that work every day, each for one task
/// @notice The officials decide who holds a role, in two steps: two of them nominate, and the nominated key accepts by a
/// call of its own, so that no role is handed to an address that nobody can use. A stolen key can't hand its role on,
/// and is put out of its role at once by `revokeRole`.
abstract contract Roles is Officials, Pausable {
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

    /// @notice May settle batches.
    address public settler;
    /// @notice Who may pay whom, the city's switches: bit (payer's kind * 4 + payee's kind).
    uint16 public kindsAllowed;
    /// @notice Whether the contract is closed for good, its won taken over by another.
    bool public closed;

    /// @notice May open programmes, issue within them, cancel with the holder, burn what is redeemed.
    address public issuer;
    /// @notice May register accounts and freeze them.
    address public registrar;
    /// @notice May pause and unpause.
    address public guardian;

    /// @notice Who has been nominated for a role and has not accepted yet; zero for nobody.
    mapping(bytes32 role => address) public nominated;

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

    /// @notice Nominate who shall hold a role; the holder goes on until `incoming` accepts. Anyone may send what two
    /// officials signed.
    /// @param role "issuer", "settler", "registrar" or "guardian", padded with zeros on the right
    /// @param incoming zero takes an earlier nomination back
    /// @param version `actsVersion` so far, plus 1
    /// @param deadline the last second in which this may be sent
    /// @param signatureA of an official: 64 bytes (secp256k1) or 128 (P-256)
    /// @param signatureB of another official, likewise
    function nominate(
        bytes32 role,
        address incoming,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external {
        _countAct(version);
        _twoOfficials(
            abi.encode(NOMINATE_TYPEHASH, role, incoming, version, deadline), deadline, signatureA, signatureB
        );
        _requireRole(role);
        nominated[role] = incoming;
        emit RoleNominated(role, incoming);
    }

    /// @notice Take over the role for which the caller has been nominated.
    /// @param role as in `nominate`
    function acceptRole(bytes32 role) external {
        _requireOpen();
        _requireRole(role);
        if (msg.sender != nominated[role]) revert NotAuthorised(msg.sender, role);
        delete nominated[role];
        _handOver(role, msg.sender);
    }

    /// @notice Put the holder of a role out of it at once, for a key that is stolen; nobody holds the role until a
    /// nominated one accepts. An open nomination falls with it. Anyone may send what two officials signed.
    /// @param role as in `nominate`
    /// @param version `actsVersion` so far, plus 1
    /// @param deadline the last second in which this may be sent
    /// @param signatureA of an official: 64 bytes (secp256k1) or 128 (P-256)
    /// @param signatureB of another official, likewise
    function revokeRole(
        bytes32 role,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external {
        _countAct(version);
        _twoOfficials(abi.encode(REVOKE_ROLE_TYPEHASH, role, version, deadline), deadline, signatureA, signatureB);
        _requireRole(role);
        delete nominated[role];
        _handOver(role, address(0));
    }

    /// @notice Stop all movement of won but recovery. Reading, registering, freezing, budgets, roles and recovery go on.
    function pause() external only(guardian, GUARDIAN) {
        _pause();
    }

    /// @notice Let won move again.
    function unpause() external only(guardian, GUARDIAN) {
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
