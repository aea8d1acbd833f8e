package io.pushmanager.core.session;

import io.pushmanager.core.message.Limits;

/** What may be a user's or a room's id: 1 to 256 bytes of UTF-8 without control characters. */
public final class ClientIds {

    private ClientIds() {}

    public static boolean isValid(String id) {
        if (id.isEmpty() || id.length() > Limits.MAX_ID_BYTES) {
            return false;
        }
        int bytes = 0;
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (Character.isISOControl(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c)) {
                i++;
                if (i == id.length() || !Character.isLowSurrogate(id.charAt(i))) {
                    return false; // half a character has no UTF-8
                }
                bytes += 4;
            } else if (Character.isLowSurrogate(c)) {
                return false;
            } else {
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            }
        }
        return bytes <= Limits.MAX_ID_BYTES;
    }
}
