package acme;

import dev.formulary.spi.*;
import dev.formulary.testkit.*;
import java.util.Map;

class ParrotContractTest extends ProviderContract {
    protected Provider create(HttpTransport transport) throws ProviderException {
        return new ParrotFactory().create(new TestContext("parrot", Map.of(), transport));
    }

    protected String model() {
        return "parrot";
    }
}
