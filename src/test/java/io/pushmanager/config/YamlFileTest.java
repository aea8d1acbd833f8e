package io.pushmanager.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("bad-input-22")
class YamlFileTest {

    private final List<ConfigError> errors = new ArrayList<>();

    private Map<String, ConfigValue> parse(String text) {
        return YamlFile.parse("x.yaml", text, errors);
    }

    private List<String> errors() {
        return errors.stream().map(ConfigError::toString).toList();
    }

    @Test
    void nestedAndDottedNamesMeanTheSame() {
        Map<String, ConfigValue> values = parse("node:\n  http.port: 1\n  grpc: {port: 2}\nnode.id: n\n");

        assertThat(values.keySet()).containsExactly("node.http.port", "node.grpc.port", "node.id");
        assertThat(values.get("node.grpc.port")).isEqualTo(ConfigValue.scalar("2", "x.yaml:3"));
        assertThat(errors).isEmpty();
    }

    @Test
    void emptyFileHasNoValues() {
        assertThat(parse("")).isEmpty();
        assertThat(parse("# only a comment\n")).isEmpty();
        assertThat(parse("---\n")).isEmpty();
        assertThat(errors).isEmpty();
    }

    @Test
    void keyWithoutValueIsEmpty() {
        assertThat(parse("a.b:\nc: ~\n"))
                .allSatisfy((key, value) -> assertThat(value.isEmpty()).isTrue());
        assertThat(errors).isEmpty();
    }

    @Test
    void duplicateKeysAreNamedWithBothLines() {
        parse("a: 1\nb: {c: 1}\na: 2\nb: {d: 1}\nb.c: 3\n");

        assertThat(errors())
                .containsExactly(
                        "x.yaml:3: a: duplicate key (it stands in x.yaml:1 already)",
                        "x.yaml:4: b: duplicate key (it stands in x.yaml:2 already)",
                        "x.yaml:5: b.c: duplicate key (it stands in x.yaml:2 already)");
    }

    @Test
    void aliasBombEndsAtItsFirstAlias() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [lol, lol]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d, *a%d]%n".formatted(i, i, i - 1, i - 1, i - 1));
        }

        assertThat(parse(bomb.toString())).isEmpty();
        assertThat(errors())
                .contains(
                        "x.yaml:1: &a0 (anchors are not allowed)",
                        "x.yaml:2: *a0 (aliases are not allowed: write the value out)");
    }

    @Test
    void tabIsNamedWithItsLine() {
        parse("a:\n\tb: 1\n");

        assertThat(errors()).containsExactly("x.yaml:2: a tab (allowed: spaces to indent)");
    }

    @Test
    void brokenSyntaxHasItsLine() {
        parse("a: 1\nb: [1, 2\nc: 3\n");

        assertThat(errors()).singleElement().asString().startsWith("x.yaml:3: not YAML: ");
    }

    @Test
    void listOrScalarAtTheTopIsNoConfiguration() {
        parse("- a\n");
        parse("just text\n");

        assertThat(errors())
                .containsExactly(
                        "x.yaml:1: list (allowed: keys with values)",
                        "x.yaml:1: single value (allowed: keys with values)");
    }

    @Test
    void mappingInAListAndListAsKeyAreErrors() {
        parse("a: [1, {b: 2}]\n? [x]\n: 1\n");

        assertThat(errors())
                .containsExactly(
                        "x.yaml:1: a: a mapping in a list (allowed: single values)",
                        "x.yaml:2: a list as key (allowed: a name)");
    }

    @Test
    void tagsAndFurtherDocumentsAreErrors() {
        parse("a: !!javax.script.ScriptEngineManager [x]\n---\nb: 1\n");

        assertThat(errors())
                .containsExactly(
                        "x.yaml:1: tag:yaml.org,2002:javax.script.ScriptEngineManager (tags are not allowed)",
                        "x.yaml:2: a second document (allowed: one)");
    }

    @Test
    void deepNestingEndsBeforeTheStackDoes() {
        parse("a: " + "[".repeat(100_000));
        parse("b: " + "{c: ".repeat(100_000));

        assertThat(errors()).hasSize(2).allMatch(line -> line.startsWith("x.yaml:1: "));
    }

    @Test
    void controlCharacterIsNamedWithItsLine() {
        parse("a: 1\nb: \u0007\n");

        assertThat(errors()).containsExactly("x.yaml:2: the character U+0007 (allowed: printable text)");
    }

    @Test
    void hugeFileIsNotParsed() {
        parse("a: b\n".repeat(YamlFile.MAX_CHARS / 5 + 1));

        assertThat(errors()).singleElement().asString().contains("characters (allowed: at most 1048576)");
    }
}
