package dev.oar.evaluate;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Logistic regression with a ridge penalty on standardised features, fitted by Newton's method in float64: the log odds of an image being
 * one of the second set are linear in its features. The loss is the weighted mean of {@code log(1 + exp(-y z))} plus half of
 * {@value #RIDGE} times the sum of the squared weights; the bias is not penalised. A feature without spread takes no part.
 *
 * @param centre the mean of each feature
 * @param weights of each feature, on its own scale
 * @param bias the log odds at the centre
 */
record LogisticRegression(double[] centre, double[] weights, double bias) {
    /** Small beside the curvature of all but the directions in which standardised features hardly vary. */
    private static final double RIDGE = 1e-3;

    private static final int MOST_STEPS = 50;
    private static final int MOST_HALVINGS = 12;

    /** Relative to the loss, which is at most about log 2. */
    private static final double CONVERGED = 1e-12;

    /** Rows of features with what a fit shall say of them. */
    private record Problem(Tensor features, Tensor labels, Tensor rowWeights) {
        double loss(Tensor parameters) {
            Tensor signed = scores(parameters).mul(labels.mul(new Scalar(-2)).add(new Scalar(1)));
            double misfit = torch.softplus(signed).mul(rowWeights).sum().item_double();
            Tensor penalised = parameters.narrow(0, 0, parameters.size(0) - 1);
            return misfit + RIDGE / 2 * penalised.dot(penalised).item_double();
        }

        Tensor scores(Tensor parameters) {
            return features.mv(parameters);
        }

        /** The step of Newton's method, to be subtracted. */
        Tensor step(Tensor parameters) {
            Tensor chances = torch.sigmoid(scores(parameters));
            Tensor ridge = Tensors.full(RIDGE, torch.ScalarType.Double, parameters.size(0));
            // The last parameter is the bias.
            var unused = ridge.narrow(0, parameters.size(0) - 1, 1).fill_(new Scalar(0));
            Tensor gradient =
                    features.t().mv(chances.sub(labels).mul(rowWeights)).add(ridge.mul(parameters));
            Tensor curvatures = chances.mul(chances.neg().add(new Scalar(1))).mul(rowWeights);
            Tensor hessian = features.t().mm(features.mul(curvatures.unsqueeze(1)));
            // Where all images are told apart with certainty, nothing is left of the bias's curvature.
            Tensor diagonal = ridge.add(new Scalar(RIDGE * 1e-6));
            return torch.linalg_solve(hessian.add(torch.diag(diagonal)), gradient);
        }
    }

    /**
     * Fits.
     *
     * @param rows {@code [rows * width]} features
     * @param isSecond per row, whether it is of the second set
     * @param rowWeights how much each row weighs; their sum is 1
     */
    static LogisticRegression fit(double[][] rows, boolean[] isSecond, double[] rowWeights) {
        int width = rows[0].length;
        double[] centre = new double[width];
        double[] scale = new double[width];
        for (int row = 0; row < rows.length; row++) {
            for (int i = 0; i < width; i++) {
                centre[i] += rowWeights[row] * rows[row][i];
            }
        }
        for (int row = 0; row < rows.length; row++) {
            for (int i = 0; i < width; i++) {
                double off = rows[row][i] - centre[i];
                scale[i] += rowWeights[row] * off * off;
            }
        }
        for (int i = 0; i < width; i++) {
            double deviation = Math.sqrt(scale[i]);
            scale[i] = deviation > Math.ulp((float) centre[i]) ? 1 / deviation : 0;
        }
        double[] parameters = fit(standardised(rows, centre, scale), isSecond, rowWeights, width);
        double[] weights = new double[width];
        Arrays.setAll(weights, i -> parameters[i] * scale[i]);
        return new LogisticRegression(centre, weights, parameters[width]);
    }

    /** {@code rows * (width + 1)} standardised features, each row with a 1 for the bias at its end. */
    private static double[] standardised(double[][] rows, double[] centre, double[] scale) {
        int width = centre.length;
        double[] standardised = new double[rows.length * (width + 1)];
        for (int row = 0; row < rows.length; row++) {
            int start = row * (width + 1);
            for (int i = 0; i < width; i++) {
                standardised[start + i] = (rows[row][i] - centre[i]) * scale[i];
            }
            standardised[start + width] = 1;
        }
        return standardised;
    }

    private static double[] fit(double[] standardised, boolean[] isSecond, double[] rowWeights, int width) {
        double[] labels = new double[isSecond.length];
        Arrays.setAll(labels, row -> isSecond[row] ? 1 : 0);
        try (TensorScope ignored = TensorScope.open()) {
            Problem problem = new Problem(
                    Tensors.of(standardised, isSecond.length, width + 1),
                    Tensors.of(labels, labels.length),
                    Tensors.of(rowWeights, rowWeights.length));
            double[] parameters = new double[width + 1];
            for (int step = 0; step < MOST_STEPS; step++) {
                double[] from = parameters;
                double[] next = TensorScope.compute(() -> better(problem, from));
                if (next.length == 0) {
                    break;
                }
                parameters = next;
            }
            return parameters;
        }
    }

    /** The parameters behind a step, halved until it lowers the loss; empty where none lowers it any more. */
    private static double[] better(Problem problem, double[] from) {
        Tensor parameters = Tensors.of(from, from.length);
        Tensor step = problem.step(parameters);
        double loss = problem.loss(parameters);
        double length = 1;
        for (int halving = 0; halving < MOST_HALVINGS; halving++, length /= 2) {
            Tensor next = parameters.sub(step.mul(new Scalar(length)));
            if (problem.loss(next) < loss * (1 - CONVERGED)) {
                return Tensors.doubles(next);
            }
        }
        return new double[0];
    }

    /** The log odds of an image being one of the second set. */
    double score(double[] row) {
        double score = bias;
        for (int i = 0; i < row.length; i++) {
            score += weights[i] * (row[i] - centre[i]);
        }
        return score;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LogisticRegression regression
                && bias == regression.bias
                && Arrays.equals(centre, regression.centre)
                && Arrays.equals(weights, regression.weights);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(weights) * 31 + Arrays.hashCode(centre);
    }

    @Override
    public String toString() {
        return "LogisticRegression[" + weights.length + " features]";
    }
}
