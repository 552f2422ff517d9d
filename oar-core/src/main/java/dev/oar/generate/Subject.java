package dev.oar.generate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an image was asked to show, in words. */
public sealed interface Subject {
    /** The words. */
    String name();

    /** What a picture tells of it, by key. */
    Map<String, String> text();

    /** The same kind of subject for several pictures shown as one. */
    Subject together(Set<String> names);

    /** What people call it and its words: {@code class cats}. */
    String description();

    /** A class of the model, by its name. */
    record OfClass(String name) implements Subject {
        private static final String KEY = "class";

        @Override
        public Map<String, String> text() {
            return Map.of(KEY, name);
        }

        @Override
        public Subject together(Set<String> names) {
            return new OfClass(String.join(" ", names));
        }

        @Override
        public String description() {
            return KEY + " " + name;
        }
    }

    /**
     * A caption.
     *
     * @param name the caption
     * @param negative what the image shall not show; empty if nothing was named
     */
    record OfCaption(String name, Optional<String> negative) implements Subject {
        private static final String KEY = "caption";
        private static final String NEGATIVE = "negative-caption";

        @Override
        public Map<String, String> text() {
            Map<String, String> text = new LinkedHashMap<>();
            text.put(KEY, name);
            negative.ifPresent(words -> text.put(NEGATIVE, words));
            return text;
        }

        @Override
        public Subject together(Set<String> names) {
            return new OfCaption(String.join("; ", names), negative);
        }

        @Override
        public String description() {
            return KEY + " '" + name + "'";
        }
    }

    /** The subjects of classes, in their order. */
    static List<Subject> classes(List<String> names) {
        return names.stream().<Subject>map(OfClass::new).toList();
    }

    /** The subjects of captions, in their order. */
    static List<Subject> captions(List<String> captions, Optional<String> negative) {
        return captions.stream()
                .<Subject>map(caption -> new OfCaption(caption, negative))
                .toList();
    }

    /**
     * Takes what a picture tells of its subject out of its texts.
     *
     * @throws IllegalArgumentException if it tells of none
     */
    static Subject taken(Map<String, String> texts) {
        String className = texts.remove(OfClass.KEY);
        String caption = texts.remove(OfCaption.KEY);
        Optional<String> negative = Optional.ofNullable(texts.remove(OfCaption.NEGATIVE));
        if (caption != null && className == null) {
            return new OfCaption(caption, negative);
        }
        if (className == null || caption != null || negative.isPresent()) {
            throw new IllegalArgumentException(
                    "there is no '" + OfClass.KEY + "' and no '" + OfCaption.KEY + "', or both");
        }
        return new OfClass(className);
    }
}
