package dev.oar.train;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the steps of a training read, made ready in the background before they need it. Close it, and no thread is left. */
public interface TrainingInput extends AutoCloseable {
    /**
     * Time spent on input.
     *
     * @param waited how long steps have waited for it, in seconds
     * @param work how long background threads have worked on it, in seconds, by the part of the work, such as decoding
     */
    record Times(double waited, Map<String, Double> work) {
        /** Nothing yet. */
        static final Times NONE = new Times(0, Map.of());

        /** The time since an earlier state. */
        Times since(Times earlier) {
            Map<String, Double> since = new LinkedHashMap<>(work);
            earlier.work.forEach((part, seconds) -> since.merge(part, -seconds, Double::sum));
            return new Times(waited - earlier.waited, since);
        }

        /** Both together. */
        public Times plus(Times other) {
            Map<String, Double> sum = new LinkedHashMap<>(work);
            other.work.forEach((part, seconds) -> sum.merge(part, seconds, Double::sum));
            return new Times(waited + other.waited, sum);
        }
    }

    /** All time until now. */
    Times times();

    @Override
    void close();
}
