package dev.oar.estimate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An estimate as lines of a screen. */
public final class EstimateTable {
    private static final double GIGA = 1e9;
    private static final double TERA = 1e12;
    private static final double MILLION = 1e6;
    private static final double HOUR = 3600;
    private static final double MINUTE = 60;

    private static final List<String> HEAD = List.of(
            "stage",
            "M param",
            "TFLOP",
            "weights",
            "gradients",
            "moments",
            "ema",
            "activations",
            "cache",
            "process",
            "GB in all",
            "GB of disk",
            "hours");

    private EstimateTable() {}

    static List<String> head(Estimate estimate) {
        DataCounts images = estimate.images();
        return List.of(
                estimate.recipe() + " on " + estimate.machine(),
                images.all() + " images (" + images.source() + "): " + images.train() + " to train on, " + images.test()
                        + " to test on, " + images.classes() + (images.classes() == 1 ? " class" : " classes"),
                "");
    }

    static List<String> stages(Estimate estimate) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        estimate.stages().forEach(stage -> rows.add(row(stage)));
        rows.add(List.of(
                "all",
                "",
                number(estimate.operations() / TERA),
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                number(estimate.memory() / GIGA),
                number(estimate.disk() / GIGA),
                number(estimate.seconds() / HOUR)));
        return aligned(rows);
    }

    private static List<String> row(StageEstimate stage) {
        StageMemory memory = stage.memory();
        return List.of(
                stage.stage(),
                blank(stage.parameters() / MILLION),
                blank(stage.operations() / TERA),
                blank(memory.weights() / GIGA),
                blank(memory.gradients() / GIGA),
                blank(memory.optimiser() / GIGA),
                blank(memory.average() / GIGA),
                blank(memory.activations() / GIGA),
                blank(memory.cache() / GIGA),
                blank(memory.process() / GIGA),
                blank(memory.total() / GIGA),
                blank(stage.disk() / GIGA),
                blank(stage.seconds() / HOUR));
    }

    static List<String> ends(Estimate estimate) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        estimate.stages().forEach(stage -> lines.add(stage.stage() + ": " + stage.does()));
        lines.add("a step of fine-tuning takes " + time(estimate.secondsPerStep()) + ", the order of an image "
                + time(estimate.secondsPerExtraction()));
        lines.add("");
        lines.add("what would save time");
        estimate.savings().forEach(saving -> lines.add("  " + time(saving.seconds()) + "  " + saving.change()));
        if (!estimate.notes().isEmpty()) {
            lines.add("");
        }
        estimate.notes().forEach(note -> lines.add("note: " + note));
        return lines;
    }

    /**
     * A duration for people.
     *
     * @param seconds how long it is
     */
    public static String time(double seconds) {
        if (seconds < MINUTE) {
            return number(seconds) + " s";
        }
        return seconds < HOUR ? number(seconds / MINUTE) + " min" : number(seconds / HOUR) + " h";
    }

    /**
     * Room for people.
     *
     * @param bytes how many bytes it is
     */
    public static String room(double bytes) {
        return bytes < GIGA ? number(bytes / MILLION) + " MB" : number(bytes / GIGA) + " GB";
    }

    private static String blank(double value) {
        return value == 0 ? "" : number(value);
    }

    /** Three significant digits. */
    static String number(double value) {
        if (value >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        int digits = value <= 0 ? 0 : (int) Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(value))));
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    /** Lines of columns, the first one to the left and numbers to the right. */
    private static List<String> aligned(List<List<String>> rows) {
        int[] widths = IntStream.range(0, HEAD.size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        return rows.stream()
                .map(row -> IntStream.range(0, widths.length)
                        .mapToObj(column -> padded(row.get(column), widths[column], column == 0))
                        .collect(Collectors.joining("  "))
                        .stripTrailing())
                .toList();
    }

    private static String padded(String text, int width, boolean left) {
        String blanks = " ".repeat(width - text.length());
        return left ? text + blanks : blanks + text;
    }
}
