package io.pushmanager.connect.inbox;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pushmanager.proto.pubsub.ConnectNodeServiceGrpcService;
import io.pushmanager.proto.pubsub.ManagerFrame;
import io.pushmanager.proto.pubsub.NodeFrame;
import io.vertx.grpc.common.CodecException;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.WireFormat;
import org.jspecify.annotations.Nullable;

/**
 * A frame of a manager: a batch, taken apart already, or anything else as protobuf has it.
 *
 * @param other without any frame when this is a batch
 * @param batch null when this is none
 */
record LinkFrame(ManagerFrame other, LinkBatchReader.@Nullable Batch batch) {

    /** The method {@code Link}, with batches read by {@code reader}. */
    static ServiceMethod<LinkFrame, NodeFrame> method(LinkBatchReader reader) {
        GrpcMessageDecoder<LinkFrame> decoder = new GrpcMessageDecoder<>() {
            @Override
            public LinkFrame decode(GrpcMessage message) {
                try {
                    return reader.read(message.payload().getBytes());
                } catch (InvalidProtocolBufferException e) {
                    throw new CodecException(e);
                }
            }

            @Override
            public boolean accepts(WireFormat format) {
                return format == WireFormat.PROTOBUF;
            }
        };
        return ServiceMethod.server(
                ConnectNodeServiceGrpcService.SERVICE_NAME,
                "Link",
                ConnectNodeServiceGrpcService.Link.encoder(),
                decoder);
    }
}
