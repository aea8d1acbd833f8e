package io.pushmanager.connect.inbox;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pushmanager.connect.hub.HubPush;
import io.pushmanager.core.link.ClockOffset;
import io.pushmanager.core.message.Handling;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.wire.grpc.PushErrorException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code ManagerFrame}; a batch straight into what the hub takes, for the messages in between would be most of what a push
 * costs. Any other frame, and one that is several at once, is protobuf's to read.
 *
 * <p><b>Failure:</b> what is not protobuf throws; a push that is wrong is refused by itself. <b>Thread:</b> one.
 */
final class LinkBatchReader {

    /** The pushes of a batch, and by index those that are none for the hub. */
    static final class Batch {

        private final List<HubPush> pushes = new ArrayList<>();
        private final BitSet empty = new BitSet(0);
        private BitSet expiring = NOTHING; // of pushes
        private boolean mixed;
        private Map<Integer, PushError> refused = Map.of();
        private Map<Integer, String> traceparents = Map.of();
        private long firstId;
        private long sentNanos;
        private long ackSeen;
        private int count;
        private long bytes;
        private boolean hasActions;

        long firstId() {
            return firstId;
        }

        long sentNanos() {
            return sentNanos;
        }

        long ackSeen() {
            return ackSeen;
        }

        int count() {
            return count;
        }

        /** Of the encoded pushes. */
        long bytes() {
            return bytes;
        }

        /** Those that are neither empty nor refused, in their order. */
        List<HubPush> pushes() {
            return pushes;
        }

        /** Whether the pushes are not all of one priority. */
        boolean isMixed() {
            return mixed;
        }

        /** Sets the times of the pushes, which are the manager's clock's until then, to this node's. */
        void toLocal(ClockOffset clock) {
            for (int i = expiring.nextSetBit(0); i >= 0; i = expiring.nextSetBit(i + 1)) {
                HubPush push = pushes.get(i);
                Handling handling = push.handling();
                long end = Handling.expiry(clock.toLocal(handling.expiresNanos()), 0);
                pushes.set(i, push.withHandling(Handling.of(handling.priority(), end, handling.conflationKey())));
            }
        }

        private void add(HubPush push) {
            mixed |= !pushes.isEmpty()
                    && push.handling().priority() != pushes.get(0).handling().priority();
            hasActions |= push.action() != null;
            pushes.add(push);
        }

        /** @param managerNanos when the push ends, by the manager's clock */
        private void add(HubPush push, long managerNanos) {
            if (expiring.isEmpty()) {
                expiring = new BitSet();
            }
            expiring.set(pushes.size());
            Handling handling = push.handling();
            add(push.withHandling(Handling.of(handling.priority(), managerNanos, handling.conflationKey())));
        }

        /** Keeps an id's place and is for nobody. */
        boolean isEmpty(int index) {
            return empty.get(index);
        }

        @Nullable
        PushError refused(int index) {
            return refused.isEmpty() ? null : refused.get(index);
        }

        /** Not pushes only. */
        boolean hasActions() {
            return hasActions;
        }

        boolean isTraced() {
            return !traceparents.isEmpty();
        }

        @Nullable
        String traceparent(int index) {
            return traceparents.get(index);
        }
    }

    private static final BitSet NOTHING = new BitSet(0);
    private static final Batch NONE = new Batch();

    private static final int FRAME_BATCH = (2 << 3) | 2;
    private static final int FRAME_KNOWN_FIELDS = 4;

    private static final int FIRST_ID = 1 << 3;
    private static final int PUSHES = (2 << 3) | 2;
    private static final int SENT_NANOS = (3 << 3) | 1;
    private static final int ACK_SEEN = 4 << 3;

    private static final int PUSH = (1 << 3) | 2;
    private static final int TRACEPARENT = (2 << 3) | 2;
    private static final int EXPIRES_NANOS = (3 << 3) | 1;

    private final BatchMapper mapper;
    private final PushDraft draft = new PushDraft();
    private final WireReader.Fields frameFields = this::frameField;
    private final WireReader.Fields batchFields = this::batchField;
    private final WireReader.Fields linkPushFields = this::linkPushField;

    // of the frame that is being read
    private Batch batch = NONE;
    private boolean hasBatch;
    private boolean hasOther;
    private boolean hasPush;
    private String traceparent = "";
    private long expiresNanos;

    LinkBatchReader(BatchMapper mapper) {
        this.mapper = mapper;
    }

    LinkFrame read(byte[] frame) throws InvalidProtocolBufferException {
        LinkFrame asBatch = readBatch(frame);
        if (asBatch != null) {
            return asBatch;
        }
        ManagerFrame parsed = ManagerFrame.parseFrom(frame);
        if (!parsed.hasBatch()) {
            return new LinkFrame(parsed, null);
        }
        // Several frames in one, of which the batch counts: protobuf has put it together.
        ManagerFrame alone =
                ManagerFrame.newBuilder().setBatch(parsed.getBatch()).build();
        LinkFrame again = readBatch(alone.toByteArray());
        return again == null ? new LinkFrame(parsed, null) : again;
    }

    /** Null when there is anything but a batch. */
    private @Nullable LinkFrame readBatch(byte[] frame) throws InvalidProtocolBufferException {
        batch = new Batch();
        hasBatch = false;
        hasOther = false;
        try {
            new WireReader(frame).fields(frameFields);
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
        Batch read = batch;
        batch = NONE; // nothing is kept of what was read
        draft.clear();
        return hasBatch && !hasOther ? new LinkFrame(ManagerFrame.getDefaultInstance(), read) : null;
    }

    private void frameField(WireReader in, int tag) throws IOException {
        if (tag == FRAME_BATCH && !hasOther) {
            hasBatch = true;
            in.message(batchFields);
        } else {
            hasOther |= tag >>> 3 <= FRAME_KNOWN_FIELDS;
            in.skip(tag);
        }
    }

    private void batchField(WireReader in, int tag) throws IOException {
        switch (tag) {
            case FIRST_ID -> batch.firstId = in.plain().readUInt64();
            case PUSHES -> readPush(in);
            case SENT_NANOS -> batch.sentNanos = in.plain().readFixed64();
            case ACK_SEEN -> batch.ackSeen = in.plain().readUInt64();
            default -> in.skip(tag);
        }
    }

    private void linkPushField(WireReader in, int tag) throws IOException {
        switch (tag) {
            case PUSH -> {
                hasPush = true;
                draft.read(in);
            }
            case TRACEPARENT -> traceparent = in.text();
            case EXPIRES_NANOS -> expiresNanos = in.plain().readFixed64();
            default -> in.skip(tag);
        }
    }

    private void readPush(WireReader in) throws IOException {
        draft.clear();
        hasPush = false;
        traceparent = "";
        expiresNanos = Handling.NEVER;
        batch.bytes += in.message(linkPushFields);
        int index = batch.count++;
        if (!hasPush) {
            batch.empty.set(index);
            return;
        }
        if (!traceparent.isEmpty()) {
            if (batch.traceparents.isEmpty()) {
                batch.traceparents = new HashMap<>();
            }
            batch.traceparents.put(index, traceparent);
        }
        try {
            HubPush push = mapper.toCore(draft);
            if (expiresNanos == Handling.NEVER) {
                batch.add(push);
            } else {
                batch.add(push, expiresNanos);
            }
        } catch (PushErrorException e) {
            if (batch.refused.isEmpty()) {
                batch.refused = new HashMap<>();
            }
            batch.refused.put(index, e.error());
        }
    }
}
