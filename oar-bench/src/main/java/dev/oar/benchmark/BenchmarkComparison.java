package dev.oar.benchmark;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Rows of the same name in two benchmarks. */
public final class BenchmarkComparison {
    private BenchmarkComparison() {}

    /**
     * One row, earlier and now.
     *
     * @param name its name
     * @param unit its unit
     * @param earlier the earlier median
     * @param now the present median
     * @param speedUp how many times as fast it is now; of memory, how many times less it takes; of percent of waiting, how many
     *     times as large the rest is; of ratios, how many times as large
     */
    public record Change(String name, Unit unit, double earlier, double now, double speedUp) {}

    /** The rows that both have, in the sequence of the present one; rows in another unit than earlier are left out. */
    public static List<Change> of(BenchmarkReport earlier, BenchmarkReport now) {
        Map<String, BenchmarkRow> before = earlier.rows().stream()
                .collect(Collectors.toMap(BenchmarkRow::name, Function.identity(), (first, second) -> second));
        return now.rows().stream()
                .filter(row -> {
                    BenchmarkRow same = before.get(row.name());
                    return same != null && same.unit() == row.unit();
                })
                .map(row -> change(before.getOrDefault(row.name(), row), row))
                .toList();
    }

    private static Change change(BenchmarkRow earlier, BenchmarkRow now) {
        double before = earlier.value().median();
        double after = now.value().median();
        double speedUp = switch (now.unit()) {
            case RATIO -> after / before;
            case MEBIBYTES -> before / after;
            case PERCENT -> (100 - after) / (100 - before);
            case SECONDS,
                    SECONDS_PER_IMAGE,
                    SECONDS_PER_STEP,
                    IMAGES_PER_SECOND,
                    TOKENS_PER_SECOND,
                    CAPTIONS_PER_SECOND ->
                now.unit().seconds(before) / now.unit().seconds(after);
        };
        return new Change(now.name(), now.unit(), before, after, speedUp);
    }
}
