package io.pushmanager.wire;

import io.pushmanager.core.message.Action;
import io.pushmanager.core.outcome.ErrorCode;
import io.pushmanager.core.outcome.PushError;
import io.pushmanager.proto.pubsub.ConnectionAction;
import org.jspecify.annotations.Nullable;

/** {@code pubsub.ConnectionAction} ↔ {@link Action}. <b>Thread:</b> any. */
public final class ActionMapper {

    private ActionMapper() {}

    public static ConnectionAction toProto(Action action) {
        ConnectionAction.Builder proto = ConnectionAction.newBuilder();
        if (action instanceof Action.Join join) {
            proto.getJoinBuilder().setRoomId(join.roomId());
        } else if (action instanceof Action.Leave leave) {
            proto.getLeaveBuilder().setRoomId(leave.roomId());
        } else if (action instanceof Action.Disconnect disconnect) {
            proto.getDisconnectBuilder().setCloseCode(disconnect.closeCode()).setReason(disconnect.reason());
        } else {
            proto.setCount(ConnectionAction.Count.getDefaultInstance());
        }
        return proto.build();
    }

    /** What is wrong goes to {@code violations}; a kind that is not known here has {@link #unknown}. */
    public static Action toCore(ConnectionAction proto, Violations violations) {
        return switch (proto.getActionCase()) {
            case JOIN -> {
                violations.requireId("action.join.room_id", proto.getJoin().getRoomId());
                yield new Action.Join(proto.getJoin().getRoomId());
            }
            case LEAVE -> {
                violations.requireId("action.leave.room_id", proto.getLeave().getRoomId());
                yield new Action.Leave(proto.getLeave().getRoomId());
            }
            case DISCONNECT -> {
                ConnectionAction.Disconnect disconnect = proto.getDisconnect();
                OperatorRequests.checkClose(
                        violations, "action.disconnect.", disconnect.getCloseCode(), disconnect.getReason());
                yield new Action.Disconnect(disconnect.getCloseCode(), disconnect.getReason());
            }
            case COUNT, ACTION_NOT_SET -> Action.COUNT;
        };
    }

    /** Null unless it asks for something that only later versions know. */
    public static @Nullable PushError unknown(ConnectionAction proto) {
        return proto.getActionCase() == ConnectionAction.ActionCase.ACTION_NOT_SET
                ? PushError.of(ErrorCode.UNIMPLEMENTED, "UNKNOWN_ACTION", "action: this node does not know it")
                : null;
    }
}
