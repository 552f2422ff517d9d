package dev.oar.config;

import java.util.List;
import java.util.Map;

/** A piece of YAML that remembers where it stands. */
sealed interface YamlNode {
    /** Where it begins. */
    Place place();

    /** What it is, for error messages. */
    String description();

    /** A line of a file, counted from 1; 0 of a text without lines. */
    record Place(String source, int line) {
        /** An error about this place. */
        ConfigException error(String sentence) {
            return new ConfigException(this + ": " + sentence);
        }

        ConfigException error(String sentence, Throwable cause) {
            return new ConfigException(this + ": " + sentence, cause);
        }

        @Override
        public String toString() {
            return line == 0 ? source : source + ":" + line;
        }
    }

    /**
     * A single value.
     *
     * @param quoted whether it stood in quotes or as a block of text, and so can only be text
     */
    record Scalar(Place place, String text, boolean quoted) implements YamlNode {
        @Override
        public String description() {
            return isNull() ? "nothing" : (quoted ? "the text '" : "'") + shortened() + "'";
        }

        boolean isNull() {
            return !quoted && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }

        private String shortened() {
            String line = text.replaceAll("\\s+", " ");
            return line.length() > 60 ? line.substring(0, 60) + "..." : line;
        }
    }

    /** Values in order. */
    record Sequence(Place place, List<YamlNode> items) implements YamlNode {
        @Override
        public String description() {
            return "a list";
        }
    }

    /** Values by key, in the order of the file. */
    record Mapping(Place place, Map<String, Entry> entries) implements YamlNode {
        @Override
        public String description() {
            return "a group of keys";
        }
    }

    /** A value and the place of its key. */
    record Entry(Place place, YamlNode value) {}
}
