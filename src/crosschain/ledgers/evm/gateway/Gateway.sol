// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// What one ledger tells another. Nine words of it are hashed to the commitment; see src/crosschain/packet.ts.
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

/// A lane as its two ends agreed on it, seen from this gateway. `endA` owns the source end, `endB` the target end; `outbound`: this
/// gateway is the source. Time in seconds; `ratePerHour` zero: no limit.
struct LaneConfig {
  uint256 peerChainId;
  address peerGateway;
  bool ordered;
  bool outbound;
  uint64 timeoutS;
  address endA;
  address endB;
  uint64 ratePerHour;
}

/// A contract that wants packets. It must let only its gateway call this, and judge lane and sender itself.
interface IReceiver {
  function onPacket(
    bytes32 lane,
    uint256 sequence,
    bytes32 kind,
    bytes32 message,
    bytes32 sender,
    bytes calldata body
  ) external returns (bytes32);
}

/// One ledger's end of all its lanes: an outbox that keeps commitments and an inbox that keeps receipts. No proxy, no owner with powers
/// over packets, no immutable values: every gateway has the same code and so the same code hash. Why: docs/decisions/0016-gateway.md.
contract Gateway {
  // Slots 0 and 1 are what verifiers prove (src/crosschain/fact.ts): nothing may be declared before them.
  mapping(bytes32 lane => mapping(uint256 sequence => bytes32 commitment)) public outbox;
  mapping(bytes32 lane => mapping(uint256 sequence => bytes32 receipt)) public inbox;
  mapping(bytes32 lane => mapping(uint256 sequence => bytes32 receipt)) public acknowledged;

  struct LaneState {
    uint64 sent;
    uint64 received;
    uint64 acknowledged;
    uint8 pausedBy;
    bool busy;
  }
  /// `level` counts packets times 3600, so that a second adds a whole number.
  struct Allowance {
    uint64 atS;
    uint192 level;
  }
  struct ValidatorSet {
    uint64 threshold;
    uint64 validUntil;
    address[] members;
  }

  mapping(bytes32 lane => LaneConfig) private configs;
  mapping(bytes32 lane => LaneState) private states;
  mapping(bytes32 lane => Allowance) private allowances;
  mapping(uint256 epoch => ValidatorSet) private sets;
  mapping(uint256 epoch => mapping(address account => bool)) private isMember;

  /// Number of the current validator set, from 1.
  uint256 public epoch;
  /// Seconds for which a set is still good after the next one has come.
  uint256 public setDelayS;
  /// The account that signs for this ledger's end of every lane.
  address public host;

  uint256 public constant RECEIVER_GAS = 200_000;
  uint256 public constant BODY_MAX = 1024;
  uint256 public constant MEMBERS_MAX = 64;
  uint256 public constant TIMEOUT_MAX_S = 366 days;

  uint8 public constant DELIVERED = 1;
  uint8 public constant FAILED = 2;
  uint8 public constant EXPIRED = 3;

  uint256 private constant ACT_DELIVER = 1;
  uint256 private constant ACT_ACKNOWLEDGE = 2;
  bytes32 private constant PACKET_DOMAIN = "beibu-hub/packet/v1/keccak";
  bytes32 private constant RECEIPT_DOMAIN = "beibu-hub/packet-receipt/v1";
  bytes32 private constant ATTESTATION_DOMAIN = "beibu-hub/attestation/v1";
  bytes32 private constant LANE_DOMAIN = "beibu-hub/lane-open/v1";
  bytes32 private constant ROTATE_DOMAIN = "beibu-hub/rotate/v1";
  uint8 private constant END_A = 1;
  uint8 private constant END_B = 2;
  // What is left to do around the receiver's call: the call itself, the final receipt, the event.
  uint256 private constant GAS_MARGIN = 10_000;
  uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

  event LaneOpened(bytes32 indexed lane, LaneConfig config);
  event LanePaused(bytes32 indexed lane, address by);
  event LaneResumed(bytes32 indexed lane, address by);
  event Rotated(uint256 indexed epoch, address[] validators, uint256 threshold);
  event Sent(
    bytes32 indexed lane,
    uint256 indexed sequence,
    bytes32 kind,
    bytes32 message,
    bytes32 sender,
    bytes32 receiver,
    uint256 deadline,
    bytes body
  );
  event Received(
    bytes32 indexed lane,
    uint256 indexed sequence,
    uint8 outcome,
    bytes32 commitment,
    bytes32 acknowledgement
  );
  event Acknowledged(bytes32 indexed lane, uint256 indexed sequence, uint8 outcome, bytes32 acknowledgement);

  error BadTerms();
  error NotHost(address end);
  error NotAgreed(address end);
  error AlreadyOpen(bytes32 lane);
  error NotOpen(bytes32 lane);
  error NotAnEnd(address caller);
  error Paused(bytes32 lane);
  error AlreadyPaused(address end);
  error NotPaused(address end);
  error NotOutbound(bytes32 lane);
  error NotInbound(bytes32 lane);
  error EmptyWord();
  error BodyTooLong(uint256 length);
  error BadTimeout(uint256 timeoutS, uint256 mostS);
  error TooFast(bytes32 lane);
  error BadSet();
  error UnknownSet(uint256 epoch);
  error OldSet(uint256 epoch, uint256 validUntil);
  error TooFewSignatures(uint256 given, uint256 threshold);
  error BadSignature(uint256 index);
  error NotAscending(uint256 index);
  error NotValidator(address account);
  error AlreadyReceived(bytes32 lane, uint256 sequence);
  error OutOfOrder(uint256 sequence, uint256 next);
  error Busy(bytes32 lane);
  error Expired(uint256 deadline);
  error NotExpired(uint256 deadline);
  error TooLittleGas();
  error NotSent(bytes32 lane, uint256 sequence);
  error WrongCommitment(bytes32 commitment);
  error AlreadyAcknowledged(bytes32 lane, uint256 sequence);
  error BadOutcome(uint8 outcome);

  constructor(address host_, uint256 setDelayS_, address[] memory validators, uint256 threshold) {
    if (host_ == address(0) || setDelayS_ > TIMEOUT_MAX_S) revert BadTerms();
    host = host_;
    setDelayS = setDelayS_;
    _install(validators, threshold);
  }

  // Lanes

  /// Opens a lane by the signatures of both ends over `laneDigest`, whoever sends them. One end has to be this gateway's host, or
  /// strangers could take the name of a lane before its ends do.
  function openLane(
    bytes32 lane,
    LaneConfig calldata config,
    bytes calldata signatureA,
    bytes calldata signatureB
  ) external {
    if (lane == 0) revert EmptyWord();
    if (_isOpen(lane)) revert AlreadyOpen(lane);
    if (
      config.peerChainId == 0 ||
      config.peerGateway == address(0) ||
      config.timeoutS == 0 ||
      config.timeoutS > TIMEOUT_MAX_S ||
      config.endA == address(0) ||
      config.endB == address(0) ||
      config.endA == config.endB
    ) revert BadTerms();
    address own = config.outbound ? config.endA : config.endB;
    if (own != host) revert NotHost(own);
    bytes32 digest = laneDigest(lane, config);
    if (_recover(digest, signatureA) != config.endA) revert NotAgreed(config.endA);
    if (_recover(digest, signatureB) != config.endB) revert NotAgreed(config.endB);
    configs[lane] = config;
    allowances[lane] = Allowance(uint64(block.timestamp), uint192(config.ratePerHour) * 3600);
    emit LaneOpened(lane, config);
  }

  /// What both ends sign to open a lane here.
  function laneDigest(bytes32 lane, LaneConfig calldata config) public view returns (bytes32) {
    return keccak256(abi.encode(LANE_DOMAIN, block.chainid, address(this), lane, keccak256(abi.encode(config))));
  }

  /// Stops sending and delivering. Expiry and acknowledgement go on: they say what has happened.
  function pause(bytes32 lane) external {
    uint8 end = _endOf(lane);
    if (states[lane].pausedBy & end != 0) revert AlreadyPaused(msg.sender);
    states[lane].pausedBy |= end;
    emit LanePaused(lane, msg.sender);
  }

  /// Takes back this end's own pause; the other end's stays.
  function resume(bytes32 lane) external {
    uint8 end = _endOf(lane);
    if (states[lane].pausedBy & end == 0) revert NotPaused(msg.sender);
    states[lane].pausedBy &= ~end;
    emit LaneResumed(lane, msg.sender);
  }

  // Validators

  /// Puts a new set in the place of the current one, by the current one's signatures over `rotationDigest`. The old set stays good for
  /// `setDelayS`, for packets on their way.
  function rotate(address[] calldata validators, uint256 threshold, bytes[] calldata signatures) external {
    uint256 current = epoch;
    _checkSignatures(current, rotationDigest(validators, threshold), signatures);
    sets[current].validUntil = uint64(block.timestamp + setDelayS);
    _install(validators, threshold);
  }

  /// What the current set signs to give its place to another.
  function rotationDigest(address[] calldata validators, uint256 threshold) public view returns (bytes32) {
    return
      keccak256(
        abi.encode(
          ROTATE_DOMAIN,
          block.chainid,
          address(this),
          epoch + 1,
          keccak256(abi.encode(validators, threshold))
        )
      );
  }

  // Packets

  /// Puts a packet into the outbox; it may be delivered for `timeoutS` from now.
  function send(
    bytes32 lane,
    bytes32 kind,
    bytes32 message,
    bytes32 receiver,
    bytes calldata body,
    uint64 timeoutS
  ) external returns (uint256 sequence) {
    if (!_isOpen(lane)) revert NotOpen(lane);
    if (!configs[lane].outbound) revert NotOutbound(lane);
    LaneState storage state = states[lane];
    if (state.pausedBy != 0) revert Paused(lane);
    if (kind == 0 || message == 0) revert EmptyWord();
    if (timeoutS == 0 || timeoutS > configs[lane].timeoutS) revert BadTimeout(timeoutS, configs[lane].timeoutS);
    _spend(lane);
    sequence = ++state.sent;
    bytes32 sender = bytes32(uint256(uint160(msg.sender)));
    uint256 deadline = block.timestamp + timeoutS;
    outbox[lane][sequence] = _commitment(
      Packet(lane, sequence, kind, message, sender, receiver, deadline, body)
    );
    emit Sent(lane, sequence, kind, message, sender, receiver, deadline, body);
  }

  /// Takes a packet that k validators say was sent, and calls its receiver. The receipt stands before the call, so that nothing enters
  /// twice. A receiver that reverts makes the outcome FAILED; the packet is used up all the same.
  function deliver(Packet calldata packet, uint256 setEpoch, bytes[] calldata signatures) external {
    if (states[packet.lane].pausedBy != 0) revert Paused(packet.lane);
    bytes32 commitment = _enter(packet, setEpoch, signatures);
    if (block.timestamp > packet.deadline) revert Expired(packet.deadline);
    LaneState storage state = states[packet.lane];
    inbox[packet.lane][packet.sequence] = _receipt(DELIVERED, commitment, 0);
    state.busy = true;
    (uint8 outcome, bytes32 acknowledgement) = _handOver(packet);
    state.busy = false;
    if (outcome != DELIVERED || acknowledgement != 0)
      inbox[packet.lane][packet.sequence] = _receipt(outcome, commitment, acknowledgement);
    emit Received(packet.lane, packet.sequence, outcome, commitment, acknowledgement);
  }

  /// Writes the tombstone of a packet whose deadline has passed. Anyone may call it, with the same signatures as for delivery: a packet
  /// that nobody sent must not take the place of a real one.
  function expire(Packet calldata packet, uint256 setEpoch, bytes[] calldata signatures) external {
    bytes32 commitment = _enter(packet, setEpoch, signatures);
    if (block.timestamp <= packet.deadline) revert NotExpired(packet.deadline);
    inbox[packet.lane][packet.sequence] = _receipt(EXPIRED, commitment, 0);
    emit Received(packet.lane, packet.sequence, EXPIRED, commitment, 0);
  }

  /// Keeps, at the source, what k validators say stands in the target's inbox.
  function acknowledge(
    Packet calldata packet,
    uint8 outcome,
    bytes32 acknowledgement,
    uint256 setEpoch,
    bytes[] calldata signatures
  ) external {
    bytes32 commitment = outbox[packet.lane][packet.sequence];
    if (commitment == 0) revert NotSent(packet.lane, packet.sequence);
    if (commitment != _commitment(packet)) revert WrongCommitment(commitment);
    if (acknowledged[packet.lane][packet.sequence] != 0) revert AlreadyAcknowledged(packet.lane, packet.sequence);
    if (outcome < DELIVERED || outcome > EXPIRED) revert BadOutcome(outcome);
    bytes32 receipt = _receipt(outcome, commitment, acknowledgement);
    _checkAttestation(packet, ACT_ACKNOWLEDGE, receipt, setEpoch, signatures);
    acknowledged[packet.lane][packet.sequence] = receipt;
    states[packet.lane].acknowledged++;
    emit Acknowledged(packet.lane, packet.sequence, outcome, acknowledgement);
  }

  // Views

  function counters(bytes32 lane) external view returns (uint256 sent, uint256 received, uint256 acknowledgements) {
    LaneState storage state = states[lane];
    return (state.sent, state.received, state.acknowledged);
  }

  /// `pausedBy`: 1 for end A, 2 for end B, 3 for both.
  function laneOf(bytes32 lane) external view returns (LaneConfig memory config, uint8 pausedBy) {
    if (!_isOpen(lane)) revert NotOpen(lane);
    return (configs[lane], states[lane].pausedBy);
  }

  /// `validUntil` zero: the current set.
  function setOf(
    uint256 setEpoch
  ) external view returns (address[] memory validators, uint256 threshold, uint256 validUntil) {
    ValidatorSet storage set = sets[setEpoch];
    if (set.threshold == 0) revert UnknownSet(setEpoch);
    return (set.members, set.threshold, set.validUntil);
  }

  // Inside

  function _isOpen(bytes32 lane) private view returns (bool) {
    return configs[lane].timeoutS != 0;
  }

  function _endOf(bytes32 lane) private view returns (uint8) {
    if (!_isOpen(lane)) revert NotOpen(lane);
    if (msg.sender == configs[lane].endA) return END_A;
    if (msg.sender == configs[lane].endB) return END_B;
    revert NotAnEnd(msg.sender);
  }

  /// A bucket that holds an hour's packets and fills evenly.
  function _spend(bytes32 lane) private {
    uint256 rate = configs[lane].ratePerHour;
    if (rate == 0) return;
    Allowance storage allowance = allowances[lane];
    uint256 level = allowance.level + (block.timestamp - allowance.atS) * rate;
    if (level > rate * 3600) level = rate * 3600;
    if (level < 3600) revert TooFast(lane);
    allowances[lane] = Allowance(uint64(block.timestamp), uint192(level - 3600));
  }

  /// What delivery and expiry have in common: the packet is for here, it is its turn, it has no receipt, and k validators vouch for it.
  function _enter(
    Packet calldata packet,
    uint256 setEpoch,
    bytes[] calldata signatures
  ) private returns (bytes32 commitment) {
    bytes32 lane = packet.lane;
    if (!_isOpen(lane)) revert NotOpen(lane);
    if (configs[lane].outbound) revert NotInbound(lane);
    LaneState storage state = states[lane];
    if (state.busy) revert Busy(lane);
    if (inbox[lane][packet.sequence] != 0) revert AlreadyReceived(lane, packet.sequence);
    if (configs[lane].ordered && packet.sequence != state.received + 1)
      revert OutOfOrder(packet.sequence, state.received + 1);
    commitment = _commitment(packet);
    _checkAttestation(packet, ACT_DELIVER, commitment, setEpoch, signatures);
    state.received++;
  }

  /// Calls the receiver with a bounded stipend and takes one word of what it returns or reverts with.
  function _handOver(Packet calldata packet) private returns (uint8 outcome, bytes32 answer) {
    if (packet.receiver == 0) return (DELIVERED, 0);
    address target = address(uint160(uint256(packet.receiver)));
    if (uint256(packet.receiver) >> 160 != 0 || target.code.length == 0) return (FAILED, 0);
    bytes memory data = abi.encodeCall(
      IReceiver.onPacket,
      (packet.lane, packet.sequence, packet.kind, packet.message, packet.sender, packet.body)
    );
    // A call gets at most 63/64 of what is left, silently: with less, whoever pays could choose that the receiver fails.
    if (gasleft() < (RECEIVER_GAS * 64) / 63 + GAS_MARGIN) revert TooLittleGas();
    bool done;
    // Solidity would copy all that comes back, at the cost of the one who pays.
    assembly ("memory-safe") {
      mstore(0, 0)
      done := call(RECEIVER_GAS, target, 0, add(data, 32), mload(data), 0, 32)
      answer := mload(0)
    }
    outcome = done ? DELIVERED : FAILED;
  }

  function _commitment(Packet memory packet) private pure returns (bytes32) {
    if (packet.body.length > BODY_MAX) revert BodyTooLong(packet.body.length);
    return
      keccak256(
        abi.encode(
          PACKET_DOMAIN,
          packet.lane,
          packet.sequence,
          packet.kind,
          packet.message,
          packet.sender,
          packet.receiver,
          packet.deadline,
          keccak256(packet.body)
        )
      );
  }

  function _receipt(uint8 outcome, bytes32 commitment, bytes32 acknowledgement) private pure returns (bytes32) {
    return keccak256(abi.encode(RECEIPT_DOMAIN, outcome, commitment, acknowledgement));
  }

  function _checkAttestation(
    Packet calldata packet,
    uint256 act,
    bytes32 value,
    uint256 setEpoch,
    bytes[] calldata signatures
  ) private view {
    bytes32 digest = keccak256(
      abi.encode(
        ATTESTATION_DOMAIN,
        block.chainid,
        address(this),
        setEpoch,
        packet.lane,
        packet.sequence,
        act,
        value
      )
    );
    _checkSignatures(setEpoch, digest, signatures);
  }

  /// At least k signatures, all by members of the set, in ascending order of their addresses, so that none counts twice.
  function _checkSignatures(uint256 setEpoch, bytes32 digest, bytes[] calldata signatures) private view {
    ValidatorSet storage set = sets[setEpoch];
    if (set.threshold == 0) revert UnknownSet(setEpoch);
    if (setEpoch != epoch && block.timestamp > set.validUntil) revert OldSet(setEpoch, set.validUntil);
    if (signatures.length < set.threshold) revert TooFewSignatures(signatures.length, set.threshold);
    address last;
    for (uint256 i = 0; i < signatures.length; i++) {
      address signer = _recover(digest, signatures[i]);
      if (signer == address(0)) revert BadSignature(i);
      if (signer <= last) revert NotAscending(i);
      if (!isMember[setEpoch][signer]) revert NotValidator(signer);
      last = signer;
    }
  }

  /// The signer of r || s || v with low s and v 27 or 28; zero for anything else.
  function _recover(bytes32 digest, bytes calldata signature) private pure returns (address) {
    if (signature.length != 65) return address(0);
    bytes32 s = bytes32(signature[32:64]);
    uint8 v = uint8(signature[64]);
    if (uint256(s) > HALF_ORDER || (v != 27 && v != 28)) return address(0);
    return ecrecover(digest, v, bytes32(signature[0:32]), s);
  }

  function _install(address[] memory validators, uint256 threshold) private {
    uint256 count = validators.length;
    if (threshold == 0 || threshold > count || count > MEMBERS_MAX) revert BadSet();
    uint256 next = ++epoch;
    address last;
    for (uint256 i = 0; i < count; i++) {
      if (validators[i] <= last) revert BadSet();
      last = validators[i];
      isMember[next][last] = true;
    }
    sets[next].threshold = uint64(threshold);
    sets[next].members = validators;
    emit Rotated(next, validators, threshold);
  }
}
