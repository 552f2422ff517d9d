package dev.oar.data;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** How long the parts of making pictures ready have taken, all threads together. */
public final class PreparationTimes {
    private final ConcurrentMap<Part, Long> nanoseconds = new ConcurrentHashMap<>();

    /** A part of the work. */
    public enum Part {
        /** From a file to all its pixels. */
        DECODING("reading and decoding"),

        /** From all pixels to those that are kept. */
        CROPPING("cropping"),

        /** What makes of one picture another one to train on. */
        AUGMENTATION("augmentation");

        private final String label;

        Part(String label) {
            this.label = label;
        }

        /** The part for people. */
        public String label() {
            return label;
        }
    }

    /** Does a part of the work. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does it. */
        T run() throws IOException;
    }

    /** Does some work and adds its time. */
    public <T> T measured(Part part, Work<T> work) throws IOException {
        long began = System.nanoTime();
        try {
            return work.run();
        } finally {
            nanoseconds.merge(part, System.nanoTime() - began, Long::sum);
        }
    }

    /** Seconds by part, for people. */
    public Map<String, Double> seconds() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        for (Part part : Part.values()) {
            seconds.put(part.label, nanoseconds.getOrDefault(part, 0L) * 1e-9);
        }
        return seconds;
    }
}
