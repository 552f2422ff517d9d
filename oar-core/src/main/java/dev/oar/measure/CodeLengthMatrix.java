package dev.oar.measure;

import dev.oar.evaluate.BitsPerToken;
import dev.oar.evaluate.EvaluationReport;
import dev.oar.evaluate.Metric;
import dev.oar.evaluate.PairedComparison;
import dev.oar.evaluate.TestOrders;
import dev.oar.report.Figure;
import dev.oar.report.FigureTable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Bits per token of every model in every kind of order, each less than or above those of one model in fresh random orders. All are lengths of
 * codes for the same images, so the table tells what a model and the orders it draws in are worth together.
 *
 * @param baseline the model that the others are compared with
 * @param orders the rows
 * @param models the columns
 * @param cells the comparisons by order and model
 */
public record CodeLengthMatrix(
        String baseline, List<String> orders, List<String> models, Map<Cell, PairedComparison> cells) {
    private static final int DECIMALS = 3;

    /** Where a comparison stands. */
    public record Cell(String orders, String model) {}

    /** Copies the parts. */
    public CodeLengthMatrix {
        orders = List.copyOf(orders);
        models = List.copyOf(models);
        cells = Map.copyOf(cells);
    }

    /**
     * Compares code lengths of whole images with those of one model in random orders. What is no code length, or of holes alone, is left out.
     *
     * @param comparisons those made before; what is not among them is added
     * @param baseline the model, which must be among those measured
     * @param measured by model
     */
    public static void addTo(
            List<PairedComparison> comparisons, String baseline, Map<String, List<BitsPerToken>> measured, long seed) {
        BitsPerToken random = measured.getOrDefault(baseline, List.of()).stream()
                .filter(bits -> bits.orders().equals(TestOrders.RANDOM))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("code lengths are compared with those of " + baseline
                        + " in random orders, but these were not measured; measure them too"));
        Set<String> known = comparisons.stream().map(PairedComparison::subject).collect(Collectors.toSet());
        measured.forEach((model, ofModel) -> ofModel.stream()
                .filter(bits -> bits.codeLength() && bits.hole().isEmpty() && bits != random)
                .map(bits -> PairedComparison.ofBits(model, bits, baseline, random, seed))
                .filter(compared -> !known.contains(compared.subject()))
                .forEach(comparisons::add));
    }

    /** The table of results, if they hold code lengths that were compared across orders. */
    public static Optional<CodeLengthMatrix> of(EvaluationReport results) {
        Optional<String> baseline = results.comparisons().stream()
                .filter(CodeLengthMatrix::acrossOrders)
                .map(PairedComparison::second)
                .findFirst();
        return baseline.map(model -> of(model, results));
    }

    private static CodeLengthMatrix of(String baseline, EvaluationReport results) {
        Map<Cell, PairedComparison> cells = new LinkedHashMap<>();
        for (PairedComparison compared : results.comparisons()) {
            if (isCodeLength(compared)
                    && compared.second().equals(baseline)
                    && compared.secondDrawing().orElse(compared.drawing()).equals(TestOrders.RANDOM)) {
                cells.put(new Cell(compared.drawing(), compared.first()), compared);
            }
        }
        Set<Cell> all = new LinkedHashSet<>(Set.of(new Cell(TestOrders.RANDOM, baseline)));
        // In the sequence in which they were measured; the primary comparison stands first among comparisons.
        results.figures().stream()
                .map(figure -> new Cell(figure.drawing(), figure.arm()))
                .filter(cells::containsKey)
                .forEach(all::add);
        all.addAll(cells.keySet());
        return new CodeLengthMatrix(
                baseline,
                all.stream().map(Cell::orders).distinct().toList(),
                all.stream().map(Cell::model).distinct().toList(),
                cells);
    }

    /** Whether a comparison is of code lengths in different orders. */
    private static boolean acrossOrders(PairedComparison compared) {
        return compared.secondDrawing().isPresent() && isCodeLength(compared);
    }

    /** Tells the comparison of a model in these orders with the baseline in random ones: what a comparison of models asks first. */
    public static Predicate<PairedComparison> question(String model, String orders) {
        return compared -> acrossOrders(compared)
                && compared.first().equals(model)
                && compared.drawing().equals(orders);
    }

    private static boolean isCodeLength(PairedComparison compared) {
        return compared.metric().kind() == Metric.Kind.CODE_LENGTH;
    }

    /** What the numbers are. */
    public String caption() {
        return "Bits per token, minus those of " + baseline + " in random orders";
    }

    /** The table as a part of a page. */
    public FigureTable table() {
        List<FigureTable.Column> columns = models.stream()
                .map(model -> new FigureTable.Column(model, "negative is better", DECIMALS, FigureTable.Better.NEITHER))
                .toList();
        List<FigureTable.Row> rows = orders.stream()
                .map(order -> new FigureTable.Row(
                        "",
                        order,
                        models.stream()
                                .map(model -> figure(new Cell(order, model)))
                                .toList()))
                .toList();
        return new FigureTable(
                caption()
                        + ", image by image; in brackets 95 % intervals of the mean over families. Negative is better.",
                "orders",
                columns,
                rows);
    }

    private Figure figure(Cell cell) {
        PairedComparison compared = cells.get(cell);
        if (compared == null) {
            return Figure.absent(isBaseline(cell) ? "compared with" : "not measured");
        }
        var difference = compared.difference();
        return difference.bounded()
                ? Figure.of(difference.point(), difference.low(), difference.high())
                : Figure.of(difference.point());
    }

    private boolean isBaseline(Cell cell) {
        return cell.model().equals(baseline) && cell.orders().equals(TestOrders.RANDOM);
    }

    /** The table as lines of text, aligned. */
    public String text() {
        int first = orders.stream().mapToInt(String::length).max().orElse(0) + 4;
        StringBuilder text = new StringBuilder(caption()).append('\n').append(" ".repeat(first));
        models.forEach(model -> text.append(padded(model, width(model))));
        trimmed(text);
        for (String order : orders) {
            text.append(String.format(Locale.ROOT, "%-" + first + "s", "  " + order));
            models.forEach(model -> text.append(padded(text(new Cell(order, model)), width(model))));
            trimmed(text);
        }
        return text.toString();
    }

    private static int width(String model) {
        return Math.max(model.length(), "-0.000 ± 0.000".length()) + 2;
    }

    private static String padded(String cell, int width) {
        return String.format(Locale.ROOT, "%-" + width + "s", cell);
    }

    private static void trimmed(StringBuilder text) {
        while (text.charAt(text.length() - 1) == ' ') {
            text.setLength(text.length() - 1);
        }
        text.append('\n');
    }

    private String text(Cell cell) {
        PairedComparison compared = cells.get(cell);
        if (compared == null) {
            return isBaseline(cell) ? "0" : "-";
        }
        String point = String.format(Locale.ROOT, "%+.3f", compared.difference().point());
        return compared.difference().bounded()
                ? point
                        + String.format(
                                Locale.ROOT, " ± %.3f", compared.difference().reach())
                : point;
    }
}
