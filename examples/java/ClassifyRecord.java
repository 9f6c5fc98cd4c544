import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import lifestage.ClassifyOptions;
import lifestage.Decision;
import lifestage.Engine;

/** Decides about one customer. */
final class ClassifyRecord {
    public static void main(String[] args) {
        Map<String, Object> customer = new HashMap<>();
        customer.put("status", "active");
        customer.put("tenure_months", 26);
        customer.put("fee_11", new BigDecimal("92.00"));
        customer.put("fee_12", new BigDecimal("74.00"));
        customer.put("complaints_3m", 3);
        try (Engine engine = Engine.of("china-telecom")) {
            Decision decision = engine.classifyRecord(customer, ClassifyOptions.asOf(LocalDate.of(2024, 5, 31)));
            System.out.println(decision.stage().get() + " " + decision.tier().get() + " " + decision.warnings());
        }
    }
}
