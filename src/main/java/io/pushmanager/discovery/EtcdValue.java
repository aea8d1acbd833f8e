package io.pushmanager.discovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.pushmanager.config.Role;
import io.pushmanager.core.membership.NodeInfo;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What stands under a key of etcd: the JSON of etcd's own Go endpoint resolver, or a bare {@code host:port}.
 *
 * <p><b>Bound:</b> larger values than {@link #MAX_BYTES} are refused unread. <b>Thread:</b> any. <b>Failure:</b> a value
 * nobody can read is a {@link BadValueException}, with the problem in words that may be logged.
 */
public final class EtcdValue {

    public static final int MAX_BYTES = 64 * 1024;

    private static final String CLUSTER_ADDRESS = "cluster_address";
    private static final int MAX_ID_BYTES = 256;
    private static final int MAX_TEXT_BYTES = 4_096;
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|\\[[0-9A-Fa-f:.%]+]");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** A value that cannot be read. The message says why. */
    public static final class BadValueException extends Exception {
        BadValueException(String problem) {
            super(problem, null, false, false);
        }
    }

    /**
     * Reads a value.
     *
     * @param address the last part of its key
     * @param revision etcd's revision of the value
     */
    public static NodeInfo read(Role role, String address, ByteString value, long revision) throws BadValueException {
        requireAddress("key", address);
        if (value.isEmpty()) {
            throw new BadValueException("the value is empty");
        }
        if (value.size() > MAX_BYTES) {
            throw new BadValueException("the value is larger than " + MAX_BYTES + " bytes");
        }
        return beginsLikeAnObject(value)
                ? readJson(role, address, value, revision)
                : readBare(role, address, value, revision);
    }

    /** The value that describes a process. */
    public static ByteString write(NodeInfo node) {
        ObjectNode root = JSON.createObjectNode();
        root.put("Op", 0);
        root.put("Addr", node.address());
        ObjectNode metadata = root.putObject("Metadata");
        metadata.put("node_id", node.nodeId());
        metadata.put("instance_id", node.instanceId());
        metadata.put("state", node.draining() ? "draining" : "serving");
        metadata.put("public_url", node.publicUrl());
        metadata.put("version", node.version());
        ArrayNode capabilities = metadata.putArray("capabilities");
        new TreeSet<>(node.capabilities()).forEach(capabilities::add);
        if (!node.clusterAddress().isEmpty()) {
            metadata.put(CLUSTER_ADDRESS, node.clusterAddress());
        }
        return ByteString.copyFromUtf8(root.toString());
    }

    private static boolean beginsLikeAnObject(ByteString value) {
        int i = 0;
        while (i < value.size() && value.byteAt(i) >= 0 && value.byteAt(i) <= ' ') {
            i++;
        }
        return i < value.size() && value.byteAt(i) == '{';
    }

    private static NodeInfo readBare(Role role, String address, ByteString value, long revision)
            throws BadValueException {
        String text = value.toStringUtf8().strip();
        if (!text.equals(address)) {
            throw new BadValueException("the value is neither JSON nor the host:port of its key");
        }
        return withoutMetadata(role, address, revision);
    }

    private static NodeInfo readJson(Role role, String address, ByteString value, long revision)
            throws BadValueException {
        JsonNode root = parse(value);
        if (!root.isObject()) {
            throw new BadValueException("the value is not a JSON object");
        }
        JsonNode op = root.path("Op");
        if (!op.isMissingNode() && !op.isNull() && !(op.isIntegralNumber() && op.asLong() == 0)) {
            throw new BadValueException("Op is not 0");
        }
        String addr = text(root, "Addr", "", MAX_ID_BYTES);
        requireAddress("Addr", addr);
        if (!addr.equals(address)) {
            throw new BadValueException("Addr is not the host:port of its key");
        }
        JsonNode metadata = root.path("Metadata");
        if (metadata.isMissingNode() || metadata.isNull()) {
            return withoutMetadata(role, address, revision);
        }
        if (!metadata.isObject()) {
            throw new BadValueException("Metadata is not a JSON object");
        }
        return new NodeInfo(
                text(metadata, "node_id", defaultNodeId(role, address), MAX_ID_BYTES),
                address,
                text(metadata, "instance_id", "", MAX_ID_BYTES),
                text(metadata, "state", "serving", MAX_ID_BYTES).equals("draining"),
                text(metadata, "public_url", "", MAX_TEXT_BYTES),
                text(metadata, "version", "", MAX_ID_BYTES),
                capabilities(metadata),
                text(metadata, CLUSTER_ADDRESS, "", MAX_ID_BYTES),
                revision);
    }

    private static JsonNode parse(ByteString value) throws BadValueException {
        try {
            return JSON.readTree(value.toByteArray());
        } catch (JsonProcessingException e) {
            // The parser's own message may quote the value.
            var place = e.getLocation();
            throw new BadValueException("the value is not JSON"
                    + (place == null ? "" : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")"));
        } catch (java.io.IOException e) {
            throw new BadValueException("the value is not JSON");
        }
    }

    private static NodeInfo withoutMetadata(Role role, String address, long revision) {
        return new NodeInfo(defaultNodeId(role, address), address, "", false, "", "", Set.of(), revision);
    }

    private static String defaultNodeId(Role role, String address) {
        return role.label() + "-" + address;
    }

    private static String text(JsonNode object, String field, String fallback, int maxBytes) throws BadValueException {
        JsonNode node = object.path(field);
        if (node.isMissingNode() || node.isNull()) {
            return fallback;
        }
        if (!node.isTextual()) {
            throw new BadValueException(field + " is not a string");
        }
        String text = node.asText();
        if (text.isEmpty()) {
            return fallback;
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > maxBytes
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new BadValueException(field + " is longer than " + maxBytes + " bytes or has control characters");
        }
        return text;
    }

    private static Set<String> capabilities(JsonNode metadata) throws BadValueException {
        JsonNode node = metadata.path("capabilities");
        if (node.isMissingNode() || node.isNull()) {
            return Set.of();
        }
        if (!node.isArray()) {
            throw new BadValueException("capabilities is not a list");
        }
        Set<String> capabilities = new TreeSet<>();
        for (JsonNode capability : node) {
            if (!capability.isTextual()) {
                throw new BadValueException("capabilities has an entry that is not a string");
            }
            capabilities.add(capability.asText());
        }
        return Set.copyOf(capabilities);
    }

    private static void requireAddress(String what, String address) throws BadValueException {
        int colon = address.lastIndexOf(':');
        if (colon < 0
                || !HOST.matcher(address.substring(0, colon)).matches()
                || !isPort(address.substring(colon + 1))) {
            throw new BadValueException(what + " is not host:port with a port of 1 to 65535");
        }
    }

    private static boolean isPort(String text) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        int port = Integer.parseInt(text);
        return port >= 1 && port <= 65_535;
    }

    private EtcdValue() {}
}
