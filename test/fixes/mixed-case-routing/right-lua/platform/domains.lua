-- One key for one domain, however it is written: DNS knows no case, and hosts may end in a dot or a port.
core.register_converters("canonical", function(domain)
    return (domain:lower():gsub(":%d+$", ""):gsub("%.$", ""))
end)
