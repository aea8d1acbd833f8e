package io.pushmanager.core.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {

    /** CONTRACT: a room, users, users' connections in a room, or with both empty everyone. */
    @ParameterizedTest
    @CsvSource({
        "'', '',  everyone, true,  false, false",
        "r,  '',  room,     false, true,  false",
        "'', u,   user,     false, false, true",
        "r,  u,   user,     false, false, true"
    })
    void isOfOneKind(String room, String user, String name, boolean everyone, boolean isRoom, boolean hasUsers) {
        Target target = new Target(room, user.isEmpty() ? List.of() : List.of(user), Set.of());

        assertThat(target.isEveryone()).isEqualTo(everyone);
        assertThat(target.isRoom()).isEqualTo(isRoom);
        assertThat(target.hasUsers()).isEqualTo(hasUsers);
        assertThat(target).hasToString(name);
    }

    @Test
    void namesNobodyWhenItIsPrinted() {
        assertThat(Target.userInRoom("user-1", "room-1").toString())
                .doesNotContain("user-1")
                .doesNotContain("room-1");
    }

    @Test
    void userInRoomIsThatUserThere() {
        assertThat(Target.userInRoom("u", "r")).isEqualTo(new Target("r", List.of("u"), Set.of()));
    }

    @Test
    void exclusionsAreACopy() {
        Set<String> excluded = new HashSet<>(Set.of("u"));
        Target target = Target.room("r", excluded);
        excluded.clear();

        assertThat(target.excludedUserIds()).containsExactly("u");
    }

    @Test
    void exclusionsDoNotChangeTheOrder() {
        assertThat(Target.room("r", Set.of("u")).orderKey())
                .isEqualTo(Target.room("r").orderKey());
    }

    /** Otherwise pushes to many targets would wait for one another. */
    @Test
    void manyTargetsHaveManyOrderKeys() {
        Set<Integer> keys = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            keys.add(Target.room("room-" + i).orderKey());
            keys.add(Target.user("user-" + i).orderKey());
            keys.add(Target.userInRoom("user-1", "room-" + i).orderKey());
        }

        assertThat(keys).hasSizeGreaterThan(2_900);
    }
}
