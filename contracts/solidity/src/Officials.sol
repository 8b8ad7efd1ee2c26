// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICityToken} from "./ICityToken.sol";
import {SignedActs} from "./SignedActs.sol";

/// @title The city's officials, two of whom decide together
/// @notice A city is born with two. They can be more – a spare key in a safe – and are never fewer than two. No
/// official does anything alone, and nobody but two of them changes who they are.
abstract contract Officials is SignedActs {
    /// @notice The EIP-712 type of what two officials sign to change who the officials are.
    bytes32 internal constant ROTATE_OFFICIAL_TYPEHASH =
        keccak256("RotateOfficial(address outgoing,address incoming,uint256 version,uint256 deadline)");

    uint256 private constant FEWEST = 2;

    /// @inheritdoc ICityToken
    mapping(address account => bool) public override isOfficial;

    /// @inheritdoc ICityToken
    uint256 public override officialCount;

    /// @inheritdoc ICityToken
    uint256 public override officialsVersion;

    /// @inheritdoc ICityToken
    uint256 public override actsVersion;

    constructor(address[2] memory officials_) {
        for (uint256 i = 0; i < officials_.length; ++i) {
            address official = officials_[i];
            if (official == address(0)) revert ZeroAddress();
            if (isOfficial[official]) revert SameOfficialTwice(official);
            isOfficial[official] = true;
        }
        officialCount = officials_.length;
    }

    /// @inheritdoc ICityToken
    function rotateOfficial(
        address outgoing,
        address incoming,
        uint256 version,
        uint256 deadline,
        bytes calldata signatureA,
        bytes calldata signatureB
    ) external override {
        if (version != officialsVersion + 1) {
            revert OfficialsVersionWrong(officialsVersion + 1, version);
        }
        _twoOfficials(
            abi.encode(ROTATE_OFFICIAL_TYPEHASH, outgoing, incoming, version, deadline),
            deadline,
            signatureA,
            signatureB
        );
        if (incoming == address(0) && outgoing == address(0)) revert ZeroAddress();
        if (isOfficial[incoming]) revert AlreadyAnOfficial(incoming);
        if (outgoing != address(0) && !isOfficial[outgoing]) revert NotAnOfficial(outgoing);

        uint256 count = officialCount;
        if (outgoing != address(0)) {
            isOfficial[outgoing] = false;
            --count;
        }
        if (incoming != address(0)) {
            isOfficial[incoming] = true;
            ++count;
        }
        if (count < FEWEST) revert TooFewOfficials();
        officialCount = count;
        officialsVersion = version;
        emit OfficialRotated(outgoing, incoming, version);
    }

    /// @dev Count an act that is numbered: its version must be the next, so that none is played twice or out of turn.
    function _countAct(uint256 version) internal {
        if (version != actsVersion + 1) revert ActsVersionWrong(actsVersion + 1, version);
        actsVersion = version;
    }

    /// @dev The two different officials who signed `fields` (a typehash and the encoded values) in time, while the
    /// contract is open.
    function _twoOfficials(bytes memory fields, uint256 deadline, bytes calldata signatureA, bytes calldata signatureB)
        internal
        view
        returns (address officialA, address officialB)
    {
        _requireOpen();
        return _signedByTwo(fields, deadline, signatureA, signatureB);
    }

    /// @dev The same, also of a contract that is closed.
    function _signedByTwo(bytes memory fields, uint256 deadline, bytes calldata signatureA, bytes calldata signatureB)
        internal
        view
        returns (address officialA, address officialB)
    {
        _inTime(deadline);
        officialA = _official(fields, signatureA);
        officialB = _official(fields, signatureB);
        if (officialA == officialB) revert SameOfficialTwice(officialA);
    }

    /// @dev Revert where the contract is closed for good: nothing is decided there any more.
    function _requireOpen() internal view virtual;

    function _official(bytes memory fields, bytes calldata signature) private view returns (address signer) {
        signer = _signer(fields, signature);
        if (!isOfficial[signer]) revert NotAnOfficial(signer);
    }
}
