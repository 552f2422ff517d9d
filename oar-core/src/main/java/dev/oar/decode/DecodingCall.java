package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One call of an {@link AnyOrderDecoder}: asks the model for its policy, and fills the cells that the policy chooses. */
final class DecodingCall implements Decoding, AutoCloseable {
    private final AutoregressiveModel model;
    private final DecodingRequest request;
    private final long largestAnswer;
    private final int batch;
    private final int known;
    private final int total;
    private final FilledCells filled;
    private final TokenDrawing drawing;
    private final GuidedRows rows;
    private Optional<Candidates> candidates = Optional.empty();

    /** Those of the latest step, without the answers, which have died with it. */
    private Optional<Candidates> told = Optional.empty();

    private int step;
    private boolean over;

    /**
     * A call whose tensors belong to the scope around.
     *
     * @param largestAnswer how many logits the model is asked for at once, see {@link AnyOrderDecoder}
     */
    DecodingCall(AutoregressiveModel model, DecodingRequest request, long largestAnswer) {
        this.model = model;
        this.request = request;
        this.largestAnswer = largestAnswer;
        this.batch = request.conditions().length;
        int cells = model.space().cells();
        Require.that(
                (long) batch * cells <= Integer.MAX_VALUE,
                "the images of a batch may have at most %s cells together, but %s images have %s cells each; decode"
                        + " fewer at a time",
                Integer.MAX_VALUE,
                batch,
                cells);
        BitSet absent = request.known().absent();
        requireOnGrid("absent", absent, cells);
        for (int row = 0; row < batch; row++) {
            requireOnGrid("known", request.known().cells(row), cells);
        }
        this.known = request.known().count();
        this.total = cells - absent.cardinality();
        this.filled = new FilledCells(batch, cells, absent);
        this.drawing = new TokenDrawing(request);
        this.rows = new GuidedRows(model, request, total);
    }

    private static void requireOnGrid(String what, BitSet some, int cells) {
        Require.that(
                some.length() <= cells,
                "%s cells must lie on the grid of %s cells, but cell %s is among them",
                what,
                cells,
                some.length() - 1);
    }

    /** Fills all cells; {@code reading} as for {@link AnyOrderDecoder#decode(DecodingRequest, Function)}. */
    DecodedTokens run(Function<Tensor, double[]> reading) {
        commitKnown();
        OrderPolicy.Steps steps = request.policy().open(this);
        while (filled.count() < total) {
            try (TensorScope ignored = TensorScope.open()) {
                fill(steps.next());
                told = candidates.map(Candidates::withoutAnswers);
                candidates = Optional.empty();
            }
            step++;
            request.listener().stepped(progress());
        }
        over = true;
        return filled.all(reading);
    }

    private void commitKnown() {
        if (known == 0) {
            return;
        }
        int[][] chosen = new int[batch][];
        for (int row = 0; row < batch; row++) {
            BitSet given = request.known().cells(row);
            chosen[row] =
                    Arrays.stream(sequence(row).toArray()).filter(given::get).toArray();
        }
        int[][] tokens = CellRows.at(request.known().tokens(), chosen);
        requireOfVocabulary(tokens, chosen);
        TensorScope.run(() -> {
            filled.fill(new FilledCells.Filling(chosen, Tensors.of(tokens), Optional.empty(), Optional.empty()), step);
            rows.commitKnown(chosen, tokens);
        });
    }

    private GenerationOrder sequence(int row) {
        List<GenerationOrder> given = request.known().sequence();
        if (given.isEmpty()) {
            return GenerationOrder.uniform(
                    model.space().cells(),
                    CounterRandom.of(request.seeds()[row], "known cells").derive(request.imageIndices()[row]));
        }
        given.get(row).requireGrid(grid());
        return given.get(row);
    }

    private void requireOfVocabulary(int[][] tokens, int[][] chosen) {
        int vocabulary = model.space().vocabularySize();
        for (int row = 0; row < batch; row++) {
            for (int i = 0; i < tokens[row].length; i++) {
                int token = tokens[row][i];
                // A device would find out later, and then be of no more use to this process.
                Require.that(
                        token >= 0 && token < vocabulary,
                        "known tokens must lie in 0 .. %s, but that of cell %s of row %s is %s; use the tokens of the"
                                + " model's own tokenizer",
                        vocabulary - 1,
                        chosen[row][i],
                        row,
                        token);
            }
        }
    }

    @Override
    public TokenGrid grid() {
        return model.space().grid();
    }

    @Override
    public int batch() {
        return batch;
    }

    @Override
    public int step() {
        return step;
    }

    @Override
    public int filled() {
        return filled.count();
    }

    @Override
    public int known() {
        return known;
    }

    @Override
    public int total() {
        return total;
    }

    @Override
    public int[] filledCells(int row) {
        return filled.cells(row);
    }

    @Override
    public int[][] open() {
        return filled.open();
    }

    @Override
    public Tensor tokens() {
        return filled.tokens();
    }

    @Override
    public int[] conditionIds(int row) {
        return model.conditionIds(request.conditions()[row]);
    }

    @Override
    public CounterRandom random(String purpose, int row) {
        return CounterRandom.of(request.seeds()[row], purpose)
                .derive(request.imageIndices()[row])
                .derive(step);
    }

    @Override
    public Confidence.Scores scores(
            int[][] cells, int next, Confidence confidence, OrderPolicy.ConfidenceLogits logits) {
        if (isGuided(confidence, logits) && request.policy().asks() != OrderPolicy.Asks.GUIDED) {
            throw new IllegalStateException(
                    "an order policy that asks for guided logits or drawn tokens must say so, but this one says "
                            + request.policy().asks() + "; let asks() return GUIDED");
        }
        long ofACell = (long) rows.rowsOfAPass() * model.space().vocabularySize();
        int count = cells[0].length;
        int atOnce = (int) Math.max(1, Math.min(count, largestAnswer / ofACell));
        Candidates asked;
        if (atOnce == count) {
            asked = answered(cells, next, confidence, logits);
        } else {
            List<Candidates> parts = new ArrayList<>();
            for (int from = 0; from < count; from += atOnce) {
                int[][] part = CellRows.columns(cells, from, Math.min(count, from + atOnce));
                try (TensorScope scope = TensorScope.open()) {
                    Candidates answered = answered(part, next, confidence, logits);
                    answered.drawn().ifPresent(drawn -> {
                        var unused = scope.keep(drawn.tokens());
                        unused = scope.keep(drawn.logProbabilities());
                    });
                    parts.add(answered);
                }
            }
            asked = Candidates.joined(cells, parts);
        }
        candidates = Optional.of(asked);
        return asked.scores();
    }

    private static boolean isGuided(Confidence confidence, OrderPolicy.ConfidenceLogits logits) {
        return logits == OrderPolicy.ConfidenceLogits.GUIDED || confidence.tokens() == Confidence.Tokens.DRAWN;
    }

    private Candidates answered(int[][] cells, int next, Confidence confidence, OrderPolicy.ConfidenceLogits logits) {
        List<Tensor> branches = rows.peek(cells);
        Tensor conditional = branches.get(0);
        Tensor guided = isGuided(confidence, logits) ? rows.guided(branches, next) : conditional;
        Optional<TokenFilter.Drawn> drawn = confidence.tokens() == Confidence.Tokens.DRAWN
                ? Optional.of(drawing.ofCandidates(guided, cells, step))
                : Optional.empty();
        Tensor tokens = switch (confidence.tokens()) {
            case NONE -> Tensors.empty(torch.ScalarType.Long, 0);
            case TRUE -> drawing.groundTruth(cells);
            case DRAWN -> drawn.orElseThrow().tokens();
        };
        Confidence.Scores scores =
                confidence.score(logits == OrderPolicy.ConfidenceLogits.GUIDED ? guided : conditional, tokens);
        requireNumbers(scores, cells);
        return new Candidates(cells, scores, drawn, branches);
    }

    private void requireNumbers(Confidence.Scores scores, int[][] asked) {
        int count = asked[0].length;
        for (int i = 0; i < scores.value().length; i++) {
            if (Double.isNaN(scores.value()[i])) {
                throw FilledCells.notFinite(asked[i / count][i % count], i / count, step);
            }
        }
    }

    private void fill(int[][] chosen) {
        filled.requireOpen(chosen);
        Optional<int[][]> places = candidates.flatMap(asked -> asked.places(chosen));
        List<Tensor> branches = places.isEmpty() ? rows.predictGroup(chosen) : answers(chosen, places.get());
        Tensor logits;
        TokenFilter.Drawn drawn;
        if (request.source() instanceof TokenSource.GroundTruth) {
            // A real image commits its own token, whatever was drawn to rank the cell.
            logits = branches.get(0);
            drawn = drawing.groundTruth(logits, chosen);
        } else {
            logits = rows.guided(branches, chosen[0].length);
            drawn = places.flatMap(at -> candidates.flatMap(asked -> asked.drawn(at)))
                    .orElseGet(() -> drawing.drawn(logits, chosen, step));
        }
        request.listener().predicted(chosen, logits);
        filled.fill(
                new FilledCells.Filling(
                        chosen,
                        drawn.tokens(),
                        Optional.of(drawn.logProbabilities()),
                        places.flatMap(at -> candidates.map(asked -> asked.confidences(at)))),
                step);
        rows.commit(chosen, drawn.tokens());
    }

    /** What all branches that are run say of chosen candidates. */
    private List<Tensor> answers(int[][] chosen, int[][] places) {
        List<Tensor> kept = candidates.orElseThrow().branches();
        if (kept.isEmpty()) {
            return rows.withOthers(rows.peek(chosen), chosen);
        }
        Tensor index = Tensors.of(places).unsqueeze(-1);
        return rows.withOthers(
                kept.stream()
                        .map(logits ->
                                torch.gather(logits, 1, index.expand(index.size(0), index.size(1), logits.size(2))))
                        .toList(),
                chosen);
    }

    private DecodingListener.Progress progress() {
        Thread thread = Thread.currentThread();
        int at = step;
        Runnable check = () -> {
            if (over || step != at || Thread.currentThread() != thread) {
                throw new IllegalStateException(
                        "tokens so far can be asked for while a listener is told of a step, on its thread; ask there");
            }
        };
        return new DecodingListener.Progress(
                filled.count(),
                total,
                () -> {
                    check.run();
                    return filled.tokens(DecodingListener.UNFILLED);
                },
                () -> {
                    check.run();
                    return filled.confidences();
                },
                () -> {
                    check.run();
                    return candidateConfidences();
                });
    }

    private double[][] candidateConfidences() {
        double[][] confidences = new double[batch][model.space().cells()];
        for (double[] row : confidences) {
            Arrays.fill(row, Double.NaN);
        }
        told.ifPresent(asked -> asked.putConfidences(confidences));
        return confidences;
    }

    @Override
    public void close() {
        rows.close();
    }
}
