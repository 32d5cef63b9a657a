# Signs one file with the certificate of the secrets, and says so where there is none: then the file stays unsigned.
param([Parameter(Mandatory = $true)][string]$File)
$ErrorActionPreference = "Stop"
if (-not $env:WINDOWS_CERTIFICATE) {
    Write-Output "::warning::There is no certificate: $File is not signed."
    exit 0
}
$certificate = Join-Path $env:RUNNER_TEMP "signing.pfx"
try {
    [IO.File]::WriteAllBytes($certificate, [Convert]::FromBase64String($env:WINDOWS_CERTIFICATE))
    $kits = Join-Path ${env:ProgramFiles(x86)} "Windows Kits\10\bin"
    $tool = Get-ChildItem $kits -Recurse -Filter signtool.exe | Where-Object FullName -Match "\\x64\\" |
        Sort-Object FullName | Select-Object -Last 1
    & $tool.FullName sign /fd SHA256 /td SHA256 /tr http://timestamp.digicert.com /f $certificate `
        /p $env:WINDOWS_CERTIFICATE_PASSWORD $File
    if ($LASTEXITCODE -ne 0) { throw "signtool ended with $LASTEXITCODE" }
}
finally {
    Remove-Item $certificate -ErrorAction SilentlyContinue
}
