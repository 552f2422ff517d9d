package dev.oar.evaluate;

import dev.oar.config.Require;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.special.Gamma;

/**
 * How large a difference of two means a number of observations can tell, and how many a difference takes: found by a two-sided test with
 * chance {@code alpha = 1 - }{@link Interval#LEVEL} of an error where there is none, and with chance {@link #WANTED} where there is one.
 *
 * <p>Observations are differences: of the two models on one image where both were measured on the same ones, of two trainings under one seed.
 * Their mean has the standard error {@code s / sqrt(n)}. Where two models were measured on images of their own, each with deviation
 * {@code s}, the same formulas hold with {@code sqrt(2) s}.
 *
 * <ul>
 *   <li>Many observations (images): {@code n = ((z(1 - alpha / 2) + z(power)) s / d)^2} for the difference {@code d}, with the normal quantiles
 *       {@code z} (J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd edition 1988, chapter 12; J. M. Lachin,
 *       Controlled Clinical Trials 2, 1981). The other tail, which has less than a thousandth of the chance, is left out.
 *   <li>Few (seeds): Student's t with {@code n - 1} degrees of freedom in place of the normal distribution, whose statistic has a noncentral t
 *       distribution with noncentrality {@code d sqrt(n) / s} where there is a difference (Cohen, chapter 2). Its tails are integrated
 *       over the distribution of the deviation that the test finds, that of the root of a chi-squared number.
 * </ul>
 */
public final class Power {
    /** The chance with which a difference shall be told. */
    public static final double WANTED = 0.8;

    private static final double ALPHA = 1 - Interval.LEVEL;
    private static final NormalDistribution NORMAL = new NormalDistribution();
    private static final double REACH =
            NORMAL.inverseCumulativeProbability(1 - ALPHA / 2) + NORMAL.inverseCumulativeProbability(WANTED);

    /** Steps of the integral over the standard deviation that a test finds. */
    private static final int STEPS = 1000;

    /** How seldom a deviation is found beyond the end of the integral. */
    private static final double BEYOND = 1e-12;

    /** From so many observations on, Student's t is as good as normal. */
    private static final int MANY = 200;

    private Power() {}

    /**
     * How many observations tell a difference, where they are many.
     *
     * @param difference what shall be told, above 0
     * @param deviation standard deviation of an observation, at least 0
     * @return at least 1
     */
    public static long observations(double difference, double deviation) {
        require(difference, deviation);
        return (long) Math.max(1, Math.ceil(Math.pow(REACH * deviation / difference, 2)));
    }

    /**
     * The difference that so many observations tell, where they are many.
     *
     * @param observations at least 1
     */
    public static double difference(long observations, double deviation) {
        return REACH * deviation / Math.sqrt(observations);
    }

    /**
     * How many trainings tell a difference by Student's t.
     *
     * @return at least 2
     */
    public static long trainings(double difference, double deviation) {
        require(difference, deviation);
        long normal = observations(difference, deviation);
        if (normal >= MANY) {
            return normal;
        }
        int n = (int) Math.max(2, normal);
        while (chance(n, difference, deviation) < WANTED) {
            n++;
        }
        return n;
    }

    /**
     * The difference that so many trainings tell by Student's t.
     *
     * @param trainings at least 2
     */
    public static double differenceOfTrainings(int trainings, double deviation) {
        require(1, deviation);
        double low = 0;
        double high = 1;
        while (chance(trainings, high, 1) < WANTED) {
            high *= 2;
        }
        for (int halving = 0; halving < 40; halving++) {
            double middle = (low + high) / 2;
            boolean told = chance(trainings, middle, 1) >= WANTED;
            low = told ? low : middle;
            high = told ? middle : high;
        }
        return high * deviation;
    }

    /**
     * The chance that Student's two-sided test of so many observations tells a difference.
     *
     * @param observations at least 2
     */
    public static double chance(int observations, double difference, double deviation) {
        require(difference, deviation);
        Require.that(
                observations >= 2,
                "Student's test needs at least 2 observations, but there are %s; measure with another seed",
                observations);
        if (deviation == 0) {
            return 1;
        }
        int freedom = observations - 1;
        double bound = new TDistribution(freedom).inverseCumulativeProbability(1 - ALPHA / 2);
        double centre = difference * Math.sqrt(observations) / deviation;
        double end = Math.sqrt(new ChiSquaredDistribution(freedom).inverseCumulativeProbability(1 - BEYOND) / freedom);
        double logFactor = Math.log(2) + freedom / 2.0 * Math.log(freedom / 2.0) - Gamma.logGamma(freedom / 2.0);
        double sum = 0;
        for (int step = 0; step <= STEPS; step++) {
            // The deviation that the test finds, over the true one.
            double found = step * end / STEPS;
            double told = NORMAL.cumulativeProbability(centre - bound * found)
                    + NORMAL.cumulativeProbability(-centre - bound * found);
            // By Simpson's rule.
            double weight = step == 0 || step == STEPS ? 1 : step % 2 == 1 ? 4 : 2;
            sum += weight * told * density(found, freedom, logFactor);
        }
        return sum * end / STEPS / 3;
    }

    private static double density(double found, int freedom, double logFactor) {
        double logPower = freedom == 1 ? 0 : (freedom - 1) * Math.log(found);
        return Math.exp(logFactor + logPower - freedom * found * found / 2);
    }

    private static void require(double difference, double deviation) {
        Require.that(
                difference > 0 && deviation >= 0 && Double.isFinite(difference) && Double.isFinite(deviation),
                "a difference that shall be told must be above 0 and a deviation at least 0, but they are %s and %s; correct them",
                difference,
                deviation);
    }
}
