package io.pushmanager.config;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * A YAML file as keys with the line of each: nested and dotted names mean the same.
 *
 * <p>Takes the part of YAML that a configuration needs: mappings, lists of scalars, scalars. Anchors, aliases, tags and
 * further documents are errors, so that a file cannot grow when it is read. No object is ever constructed.
 *
 * <p><b>Bound:</b> {@link #MAX_CHARS} characters, {@link #MAX_DEPTH} levels. <b>Failure:</b> an error with its line in
 * {@code errors}; what could be read is kept. <b>Thread:</b> any.
 */
final class YamlFile {

    static final int MAX_CHARS = 1024 * 1024;
    private static final int MAX_DEPTH = 32;

    private final String name;
    private final List<ConfigError> errors;
    private final Map<String, ConfigValue> values = new LinkedHashMap<>();

    private YamlFile(String name, List<ConfigError> errors) {
        this.name = name;
        this.errors = errors;
    }

    /** @param name of the file as the user gave it, for messages */
    static Map<String, ConfigValue> parse(String name, String text, List<ConfigError> errors) {
        YamlFile file = new YamlFile(name, errors);
        if (text.length() > MAX_CHARS) {
            errors.add(new ConfigError(name, "", text.length() + " characters (allowed: at most " + MAX_CHARS + ")"));
            return Map.of();
        }
        try {
            if (file.hasOnlyPlainNodes(text)) {
                Node root = new Yaml(options()).compose(new StringReader(text));
                file.readRoot(root);
            }
        } catch (MarkedYAMLException e) {
            file.reject(e.getProblemMark(), "", syntaxProblem(e));
        } catch (ReaderException e) {
            int line = 1
                    + (int) text.codePoints()
                            .limit(e.getPosition())
                            .filter(c -> c == '\n')
                            .count();
            errors.add(new ConfigError(
                    name + ":" + line,
                    "",
                    String.format("the character U+%04X (allowed: printable text)", e.getCodePoint())));
        } catch (YAMLException e) {
            errors.add(new ConfigError(name, "", "not read as YAML: " + e.getMessage()));
        }
        return file.values;
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CHARS);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(0);
        options.setAllowRecursiveKeys(false);
        return options;
    }

    /** Looks at the events before any node is built: an alias bomb ends here, at its first alias, with its line. */
    private boolean hasOnlyPlainNodes(String text) {
        boolean plain = true;
        int documents = 0;
        int depth = 0;
        for (Event event : new Yaml(options()).parse(new StringReader(text))) {
            String problem = null;
            if (event instanceof AliasEvent alias) {
                problem = "*" + alias.getAnchor() + " (aliases are not allowed: write the value out)";
            } else if (event instanceof NodeEvent node && node.getAnchor() != null) {
                problem = "&" + node.getAnchor() + " (anchors are not allowed)";
            } else if (tagOf(event) != null) {
                problem = tagOf(event) + " (tags are not allowed)";
            } else if (event.is(Event.ID.DocumentStart) && ++documents > 1) {
                problem = "a second document (allowed: one)";
            }
            if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                reject(event.getStartMark(), "", "nested deeper than " + MAX_DEPTH + " levels");
                return false;
            }
            depth -= event.is(Event.ID.MappingEnd) || event.is(Event.ID.SequenceEnd) ? 1 : 0;
            if (problem != null) {
                reject(event.getStartMark(), "", problem);
                plain = false;
            }
        }
        return plain;
    }

    private static @Nullable String tagOf(Event event) {
        if (event instanceof ScalarEvent scalar) {
            return scalar.getTag();
        }
        return event instanceof CollectionStartEvent collection ? collection.getTag() : null;
    }

    private void readRoot(@Nullable Node root) {
        if (root instanceof MappingNode mapping) {
            readMapping(mapping);
        } else if (root != null && !Tag.NULL.equals(root.getTag())) {
            reject(root.getStartMark(), "", kind(root) + " (allowed: keys with values)");
        }
    }

    /** Goes through the tree without recursion; in the order of the file. */
    private void readMapping(MappingNode root) {
        record Open(String prefix, MappingNode mapping, int next, Map<String, String> seen) {}
        Deque<Open> open = new ArrayDeque<>();
        open.push(new Open("", root, 0, new HashMap<>()));
        while (!open.isEmpty()) {
            Open current = open.pop();
            if (current.next() == current.mapping().getValue().size()) {
                continue;
            }
            open.push(new Open(current.prefix(), current.mapping(), current.next() + 1, current.seen()));
            NodeTuple entry = current.mapping().getValue().get(current.next());
            if (!(entry.getKeyNode() instanceof ScalarNode keyNode)) {
                reject(
                        entry.getKeyNode().getStartMark(),
                        current.prefix(),
                        "a " + kind(entry.getKeyNode()) + " as key (allowed: a name)");
                continue;
            }
            String key = current.prefix().isEmpty() ? keyNode.getValue() : current.prefix() + "." + keyNode.getValue();
            String first = current.seen().putIfAbsent(key, origin(keyNode.getStartMark()));
            if (first != null) {
                duplicate(keyNode.getStartMark(), key, first);
            } else if (entry.getValueNode() instanceof MappingNode mapping) {
                open.push(new Open(key, mapping, 0, new HashMap<>()));
            } else {
                readValue(key, keyNode.getStartMark(), entry.getValueNode());
            }
        }
    }

    private void readValue(String key, Mark mark, Node node) {
        String origin = origin(mark);
        ConfigValue value;
        if (node instanceof SequenceNode sequence) {
            List<String> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                if (item instanceof ScalarNode scalar) {
                    items.add(scalar.getValue());
                } else {
                    reject(item.getStartMark(), key, "a " + kind(item) + " in a list (allowed: single values)");
                }
            }
            value = ConfigValue.list(items, origin);
        } else {
            // The text as written: 0777 or 1_000 are judged by the one who knows the type, not turned into numbers
            // here.
            boolean isNull = Tag.NULL.equals(node.getTag());
            value = ConfigValue.scalar(isNull || !(node instanceof ScalarNode scalar) ? "" : scalar.getValue(), origin);
        }
        ConfigValue first = values.putIfAbsent(key, value);
        if (first != null) {
            duplicate(mark, key, first.origin()); // once nested, once dotted
        }
    }

    private void duplicate(Mark mark, String key, String first) {
        reject(mark, key, "duplicate key (it stands in " + first + " already)");
    }

    private static String kind(Node node) {
        return node instanceof MappingNode ? "mapping" : node instanceof SequenceNode ? "list" : "single value";
    }

    private static String syntaxProblem(MarkedYAMLException e) {
        String problem = Optional.ofNullable(e.getProblem()).orElse("not YAML");
        if (problem.contains("TAB")) {
            return "a tab (allowed: spaces to indent)";
        }
        return "not YAML: " + (e.getContext() == null ? "" : e.getContext() + ": ") + problem;
    }

    private void reject(@Nullable Mark mark, String key, String problem) {
        errors.add(new ConfigError(mark == null ? name : origin(mark), key, problem));
    }

    private String origin(Mark mark) {
        return name + ":" + (mark.getLine() + 1);
    }
}
