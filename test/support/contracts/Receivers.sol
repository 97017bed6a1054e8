// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// Receivers for tests, good and bad. What they count stands in slot 0.

interface IGateway {
  struct Packet {
    bytes32 lane;
    uint256 sequence;
    bytes32 kind;
    bytes32 message;
    bytes32 sender;
    bytes32 receiver;
    uint256 deadline;
    bytes body;
  }

  function deliver(Packet calldata packet, uint256 setEpoch, bytes[] calldata signatures) external;
  function expire(Packet calldata packet, uint256 setEpoch, bytes[] calldata signatures) external;
  function send(
    bytes32 lane,
    bytes32 kind,
    bytes32 message,
    bytes32 receiver,
    bytes calldata body,
    uint64 timeoutS
  ) external returns (uint256);
}

/// Answers with the hash of all it was given.
contract Echo {
  uint256 public calls;

  function onPacket(
    bytes32 lane,
    uint256 sequence,
    bytes32 kind,
    bytes32 message,
    bytes32 sender,
    bytes calldata body
  ) external returns (bytes32) {
    calls++;
    return keccak256(abi.encode(lane, sequence, kind, message, sender, body));
  }
}

/// Does its work and says nothing.
contract Silent {
  uint256 public calls;

  fallback() external {
    calls++;
  }
}

contract Reverting {
  uint256 public calls;

  error NoThanks(uint256 sequence);

  function onPacket(
    bytes32,
    uint256 sequence,
    bytes32,
    bytes32,
    bytes32,
    bytes calldata
  ) external returns (bytes32) {
    calls++;
    revert NoThanks(sequence);
  }
}

/// Never ends by itself.
contract Burning {
  uint256 public calls;

  fallback() external {
    calls++;
    while (true) {}
  }
}

/// Answers with the gas it was given.
contract Meter {
  uint256 public calls;

  fallback() external {
    uint256 given = gasleft();
    calls++;
    assembly {
      mstore(0, given)
      return(0, 32)
    }
  }
}

/// Returns, or reverts with, as much as its stipend pays for.
contract Bomb {
  uint256 public calls;
  bool private immutable good;

  constructor(bool good_) {
    good = good_;
  }

  fallback() external {
    if (good) {
      calls++;
      assembly {
        mstore(0, 7)
        return(0, 200000)
      }
    }
    assembly {
      mstore(0, 8)
      revert(0, 200000)
    }
  }
}

/// Calls back what it was armed with, and answers with the first word of what came of it.
contract Reentrant {
  uint256 public calls;
  address private target;
  bytes private data;
  bool public succeeded;

  function arm(address target_, bytes calldata data_) external {
    target = target_;
    data = data_;
  }

  function onPacket(
    bytes32,
    uint256,
    bytes32,
    bytes32,
    bytes32,
    bytes calldata
  ) external returns (bytes32 answer) {
    calls++;
    bytes memory back;
    (succeeded, back) = target.call(data);
    if (back.length >= 4) answer = bytes32(back);
  }
}
