package io.pushmanager.wire.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.rpc.ErrorDetailsProto;
import io.pushmanager.core.outcome.ErrorCode;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.reflection.v1.ErrorResponse;
import io.vertx.grpc.reflection.v1.ExtensionNumberResponse;
import io.vertx.grpc.reflection.v1.FileDescriptorResponse;
import io.vertx.grpc.reflection.v1.ListServiceResponse;
import io.vertx.grpc.reflection.v1.ServerReflectionProto;
import io.vertx.grpc.reflection.v1.ServerReflectionRequest;
import io.vertx.grpc.reflection.v1.ServerReflectionResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code grpc.reflection.v1.ServerReflection}, and the same as {@code v1alpha}, which older clients know only.
 *
 * <p>Vert.x has v1 alone, and ends the stream after one answer; clients ask several questions on one stream. The two
 * versions differ in nothing but their package.
 *
 * <p><b>Order:</b> answers in the order of the questions. <b>Failure:</b> what is not found is said in the answer; the
 * stream goes on.
 */
final class Reflection {

    private static final String SERVICE = "ServerReflection";
    private static final String METHOD = "ServerReflectionInfo";
    private static final ServiceDescriptor V1 =
            ServerReflectionProto.getDescriptor().findServiceByName(SERVICE);

    private final List<ServiceDescriptor> services;

    Reflection(List<ServiceDescriptor> services) {
        this.services = services;
    }

    void serveAt(GrpcEndpoint endpoint) {
        for (ServiceDescriptor version : List.of(V1, renamed("grpc.reflection.v1alpha"))) {
            endpoint.service(version);
            ServiceMethod<ServerReflectionRequest, ServerReflectionResponse> method = ServiceMethod.server(
                    ServiceName.create(version.getFullName()),
                    METHOD,
                    GrpcMessageEncoder.encoder(),
                    GrpcMessageDecoder.decoder(ServerReflectionRequest.newBuilder()));
            endpoint.stream(method, this::serve);
        }
    }

    private void serve(GrpcCall<ServerReflectionRequest, ServerReflectionResponse> call) {
        call.onDrain(call::resume);
        call.onMessage(question -> {
            call.write(answer(question));
            if (call.isWriteQueueFull()) {
                call.pause();
            }
        });
        call.onHalfClose(call::end);
    }

    private ServerReflectionResponse answer(ServerReflectionRequest question) {
        ServerReflectionResponse.Builder answer = ServerReflectionResponse.newBuilder()
                .setValidHost(question.getHost())
                .setOriginalRequest(question);
        Map<String, FileDescriptor> files = files();
        switch (question.getMessageRequestCase()) {
            case LIST_SERVICES -> answer.setListServicesResponse(list());
            case FILE_BY_FILENAME -> putFile(answer, files.get(question.getFileByFilename()));
            case FILE_CONTAINING_SYMBOL -> putFile(answer, declaring(question.getFileContainingSymbol(), files));
            case ALL_EXTENSION_NUMBERS_OF_TYPE -> {
                String type = question.getAllExtensionNumbersOfType();
                if (declaring(type, files) == null) {
                    answer.setErrorResponse(notFound());
                } else { // proto3: a type of ours has no extensions
                    answer.setAllExtensionNumbersResponse(
                            ExtensionNumberResponse.newBuilder().setBaseTypeName(type));
                }
            }
            case FILE_CONTAINING_EXTENSION -> answer.setErrorResponse(notFound());
            case MESSAGEREQUEST_NOT_SET ->
                answer.setErrorResponse(error(ErrorCode.INVALID_ARGUMENT, "message_request is not set"));
        }
        return answer.build();
    }

    private ListServiceResponse list() {
        ListServiceResponse.Builder list = ListServiceResponse.newBuilder();
        services.forEach(service -> list.addServiceBuilder().setName(service.getFullName()));
        return list.build();
    }

    /** Every file that a client of our services needs, by name; the files of services first. */
    private Map<String, FileDescriptor> files() {
        Map<String, FileDescriptor> files = new LinkedHashMap<>();
        services.forEach(service -> collect(service.getFile(), files));
        collect(ErrorDetailsProto.getDescriptor(), files); // no message of ours has them as fields: they travel as Any
        return files;
    }

    /** With everything it imports, so that the client need not ask again. */
    private static void putFile(ServerReflectionResponse.Builder answer, @Nullable FileDescriptor file) {
        if (file == null) {
            answer.setErrorResponse(notFound());
            return;
        }
        Map<String, FileDescriptor> needed = new LinkedHashMap<>();
        collect(file, needed);
        List<ByteString> protos = new ArrayList<>();
        needed.values().forEach(each -> protos.add(each.toProto().toByteString()));
        answer.setFileDescriptorResponse(FileDescriptorResponse.newBuilder().addAllFileDescriptorProto(protos));
    }

    private static void collect(FileDescriptor root, Map<String, FileDescriptor> into) {
        Deque<FileDescriptor> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            FileDescriptor file = open.remove();
            if (into.putIfAbsent(file.getName(), file) == null) {
                open.addAll(file.getDependencies());
            }
        }
    }

    private static @Nullable FileDescriptor declaring(String symbol, Map<String, FileDescriptor> files) {
        for (FileDescriptor file : files.values()) {
            if (declares(file, symbol)) {
                return file;
            }
        }
        return null;
    }

    private static boolean declares(FileDescriptor file, String symbol) {
        for (ServiceDescriptor service : file.getServices()) {
            if (is(service, symbol)) {
                return true;
            }
            for (MethodDescriptor method : service.getMethods()) {
                if (is(method, symbol)) {
                    return true;
                }
            }
        }
        return file.getEnumTypes().stream().anyMatch(each -> is(each, symbol))
                || file.getExtensions().stream().anyMatch(each -> is(each, symbol))
                || file.getMessageTypes().stream().anyMatch(each -> declares(each, symbol));
    }

    private static boolean declares(Descriptor type, String symbol) {
        if (!symbol.startsWith(type.getFullName())) {
            return false;
        }
        for (FieldDescriptor field : type.getFields()) {
            if (is(field, symbol)) {
                return true;
            }
        }
        for (EnumDescriptor each : type.getEnumTypes()) {
            if (is(each, symbol)) {
                return true;
            }
        }
        return is(type, symbol) || type.getNestedTypes().stream().anyMatch(each -> declares(each, symbol));
    }

    private static boolean is(GenericDescriptor descriptor, String symbol) {
        return descriptor.getFullName().equals(symbol);
    }

    private static ErrorResponse.Builder notFound() {
        return error(ErrorCode.NOT_FOUND, "not found");
    }

    private static ErrorResponse.Builder error(ErrorCode code, String message) {
        return ErrorResponse.newBuilder().setErrorCode(code.grpcCode()).setErrorMessage(message);
    }

    /** The v1 service under another package: every mention of the package in the file is a name in it. */
    private static ServiceDescriptor renamed(String packageName) {
        FileDescriptor v1 = V1.getFile();
        FileDescriptorProto.Builder proto = v1.toProto().toBuilder();
        proto.setName(packageName.replace('.', '/') + "/reflection.proto").setPackage(packageName);
        String from = "." + v1.getPackage() + ".";
        String to = "." + packageName + ".";
        for (DescriptorProto.Builder type : proto.getMessageTypeBuilderList()) {
            for (FieldDescriptorProto.Builder field : type.getFieldBuilderList()) {
                if (field.hasTypeName()) {
                    field.setTypeName(field.getTypeName().replace(from, to));
                }
            }
        }
        for (MethodDescriptorProto.Builder method : proto.getServiceBuilder(0).getMethodBuilderList()) {
            method.setInputType(method.getInputType().replace(from, to));
            method.setOutputType(method.getOutputType().replace(from, to));
        }
        try {
            return FileDescriptor.buildFrom(proto.build(), v1.getDependencies().toArray(FileDescriptor[]::new))
                    .findServiceByName(SERVICE);
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException("reflection under " + packageName, e);
        }
    }
}
