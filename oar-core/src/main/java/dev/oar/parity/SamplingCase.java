package dev.oar.parity;

import dev.oar.decode.SamplingFilter;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Temperature, top-k and top-p: which tokens stay, and with which probabilities. */
final class SamplingCase implements GoldenCase {
    private static final String FILE = "golden";

    @Override
    public void compare(GoldenRun run) throws IOException {
        Tensor logits = run.input(FILE, "logits");
        double[] values = Tensors.doubles(logits);
        int vocabulary = Math.toIntExact(logits.size(1));
        List<Settings> settings = run.folder().settings().parts("settings");
        for (int i = 0; i < settings.size(); i++) {
            Settings setting = settings.get(i);
            SamplingFilter filter = new SamplingFilter(
                    setting.number("temperature"), setting.integer("top_k"), setting.number("top_p"));
            compare(run, i, filter, logits, values, vocabulary);
        }
    }

    private static void compare(
            GoldenRun run, int i, SamplingFilter filter, Tensor logits, double[] values, int vocabulary)
            throws IOException {
        double[] probabilities = Tensors.doubles(filter.probabilities(logits));
        double[] filtered = Tensors.doubles(filter.filtered(logits));
        double[] expected = Tensors.doubles(run.input(FILE, "probs" + i));
        int[] kept = run.integers(FILE, "kept" + i);
        int wrong = 0;
        double worst = 0;
        for (int at = 0; at < values.length; at++) {
            boolean keeps = filtered[at] > Double.NEGATIVE_INFINITY;
            if (keeps == (kept[at] == 1)) {
                worst = Math.max(worst, Math.abs(probabilities[at] - expected[at]));
            } else if (!hasEqual(values, at, vocabulary)) {
                // Among equal logits the reference itself chooses by sorting; only such ties may differ.
                wrong++;
            }
        }
        run.add(FILE + "/kept" + i, wrong, 0, "tokens kept or dropped wrongly");
        run.add(FILE + "/probs" + i, worst, run.folder().tolerance("probability_absolute"), "absolute");
    }

    private static boolean hasEqual(double[] values, int at, int vocabulary) {
        int from = at / vocabulary * vocabulary;
        for (int other = from; other < from + vocabulary; other++) {
            if (other != at && values[other] == values[at]) {
                return true;
            }
        }
        return false;
    }
}
