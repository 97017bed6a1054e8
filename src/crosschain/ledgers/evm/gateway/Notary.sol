// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Notes that one writer puts on a ledger so that anyone can prove them later: hashes of a log's checkpoints, and ranges of a feed.
/// Nothing that stands here changes again.
contract Notary {
  // Slots 0 and 1 are what verifiers prove (src/crosschain/fact.ts): nothing may be declared before them.
  mapping(bytes32 origin => mapping(uint256 size => bytes32 checkpoint)) public anchors;
  mapping(bytes32 feed => mapping(uint256 last => bytes32 word)) public ranges;

  /// Size of the newest checkpoint of a log.
  mapping(bytes32 origin => uint256 size) public lastSize;
  /// Last item of the newest range of a feed.
  mapping(bytes32 feed => uint256 last) public lastOf;
  /// The only account that may write.
  address public writer;

  bytes32 private constant RANGE_DOMAIN = "beibu-hub/range/v1";

  event Anchored(bytes32 indexed origin, uint256 indexed size, bytes32 checkpoint);
  event RangeNoted(bytes32 indexed feed, uint256 indexed from, uint256 indexed to, bytes32 root);

  error NotWriter(address caller);
  error EmptyWord();
  error AlreadyNoted();
  error NotAscending(uint256 given, uint256 last);
  error NotDense(uint256 from, uint256 next);
  error EmptyRange(uint256 from, uint256 to);

  constructor(address writer_) {
    if (writer_ == address(0)) revert EmptyWord();
    writer = writer_;
  }

  /// Notes the hash of a log's checkpoint; sizes only grow.
  function anchor(bytes32 origin, uint256 size, bytes32 checkpoint) external {
    if (msg.sender != writer) revert NotWriter(msg.sender);
    if (origin == 0 || checkpoint == 0) revert EmptyWord();
    if (anchors[origin][size] == checkpoint) revert AlreadyNoted();
    if (size <= lastSize[origin]) revert NotAscending(size, lastSize[origin]);
    anchors[origin][size] = checkpoint;
    lastSize[origin] = size;
    emit Anchored(origin, size, checkpoint);
  }

  /// Notes the root over items `from` to `to` of a feed. Ranges follow one another without a gap, from 1.
  function range(bytes32 feed, uint256 from, uint256 to, bytes32 root) external {
    if (msg.sender != writer) revert NotWriter(msg.sender);
    if (feed == 0 || root == 0) revert EmptyWord();
    if (to < from) revert EmptyRange(from, to);
    bytes32 word = keccak256(abi.encode(RANGE_DOMAIN, feed, from, to, root));
    if (ranges[feed][to] == word) revert AlreadyNoted();
    if (from != lastOf[feed] + 1) revert NotDense(from, lastOf[feed] + 1);
    ranges[feed][to] = word;
    lastOf[feed] = to;
    emit RangeNoted(feed, from, to, root);
  }
}
